"""A warehouse as known at one instant: whoever asks it about a window asks with the standard parameters."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reliability.kpis.parameters import Asked, parameters, windows
from reliability.model import Filters
from reliability.queries import Asks, Result
from reliability.settings import Settings
from reliability.settings.periods import Window


@dataclass(frozen=True)
class AsKnown:
    """as_of: a UTC instant; what entered the warehouse later is not seen."""

    store: Asks
    settings: Settings
    as_of: datetime

    def asked(self, window: Window) -> Asked:
        """Return a window as it is asked about here."""
        return Asked(window.start, window.end, self.as_of)

    def parameters(
        self, start: datetime, end: datetime, filters: Filters | None = None, **own: Any
    ) -> dict[str, Any]:
        """Return the standard parameters for the window [start, end). own: others, or other values for those.

        `windows` is that one window, also where `own` holds another as_of. A list is whole and not searched.
        """
        found = {
            **parameters(self.settings, start, end, self.as_of, filters),
            "limit": None,
            "search": None,
            **own,
        }
        return {"windows": windows([Asked(start, end, found["as_of"])]), **found}

    def run(
        self, name: str, start: datetime, end: datetime, filters: Filters | None = None, **own: Any
    ) -> Result:
        """Ask a query by name, for the window [start, end)."""
        return self.store.run(name, self.parameters(start, end, filters, **own))
