"""What a page works with: the open data folder, the chosen quarter and filters, the review, and queries.

The shell opens the view once per run; pages and their fragments get it with `view()`.
"""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st

from reliability.errors import JournalError, WarehouseError
from reliability.journal import Journal
from reliability.model import Filters, Period, Review
from reliability.queries import Store
from reliability.review.compose import compose
from reliability.review.scope import Scope
from reliability.scrutiny.agreement import KIND
from reliability.scrutiny.signing import signed_promises
from reliability.settings import Settings
from reliability.ui import empty, filters, navigation, text, theme, turns
from reliability.warehouse import workspace as workspaces
from reliability.warehouse.workspace import Workspace

_KEY = "_view"
T = TypeVar("T")


@dataclass(frozen=True)
class View:
    """One visitor's view of one data folder."""

    workspace: Workspace
    period: Period
    comparison: str
    filters: Filters

    @property
    def store(self) -> Store:
        """The published warehouse."""
        return self.workspace.store

    @property
    def settings(self) -> Settings:
        """The organisation's settings."""
        return self.workspace.settings

    @property
    def data_dir(self) -> Path:
        """The folder with review.toml, exports/ and warehouse/."""
        return self.workspace.data_dir

    @property
    def as_of(self) -> datetime:
        """The instant everything is seen from."""
        return self.workspace.as_of

    @property
    def zone(self) -> str:
        """The organisation's time zone, an IANA name."""
        return self.settings.organisation.time_zone

    @property
    def currency(self) -> str:
        """What money is in, "" when that is not set."""
        return self.settings.organisation.currency

    @property
    def drawn_from(self) -> str:
        """A short name of the data and settings that the page was drawn from.

        Part of the key of what writes them down: a press on a page of before a build or a change is then lost, and the
        visitor sees the new figures first.
        """
        return text.digest((self.store.data_version, self.settings.edition))

    @property
    def signed_state(self) -> str:
        """What changes with every promise that is signed; "unreadable" for a journal that cannot be read."""
        try:
            return Journal(self.data_dir).state(KIND)
        except JournalError:
            return "unreadable"

    @property
    def scope(self) -> Scope:
        """Where the chosen quarter is read from, with the filters.

        The store remembers what it answered, for all visitors.
        """
        return Scope(self.store, self.settings, self.period, self.filters)

    @property
    def review(self) -> Review:
        """The review of the chosen quarter, composed once per choice and data version."""
        return self.remembered(
            ("review", self.period.id, self.comparison, self.filters, self.as_of, self.signed_state),
            lambda: compose(
                self.store,
                self.settings,
                self.period.id,
                self.comparison,
                self.filters,
                self.as_of,
                lambda: signed_promises(self.data_dir),
                turns.pages.are_free,
            ),
        )

    def remembered(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """Return what was made for this key before, for any visitor, else make it now.

        It is kept as bytes: the garbage collector does not walk those.
        key: what it depends on beside the data and the settings.
        """

        def made() -> tuple[bytes, int]:
            kept = pickle.dumps(make())
            return kept, len(kept)

        kept: T = pickle.loads(self.store.memory.once((*key, self.settings.edition), made))
        return kept

    def row(self, figure_id: str) -> dict[str, Any]:
        """Return a figure's row of the chosen window, as its card reads it: whoever asks second asks nothing."""
        scope = self.scope
        return scope.readings.row(figure_id, scope.asked(self.period), self.filters)


def open_view() -> View:
    """Open the data folder, show the filters, and keep the view for this run. Called by the shell.

    Raises SettingsError or WarehouseError; the style sheet is on the page even then.
    """
    theme.apply()
    navigation.run_scripts_of_every_page()
    st.session_state.pop(_KEY, None)
    opened = workspaces.open_current()
    theme.organisation(opened.settings.organisation.name, opened.settings.organisation.sample)
    chosen = filters.top_line(opened)
    if said := workspaces.outdated(opened):
        empty.outdated(said)
    made = View(opened, chosen.period, chosen.comparison, chosen.filters)
    st.session_state[_KEY] = made
    return made


def opened_view() -> View | None:
    """Return the view that the shell opened, None when there is no data to view."""
    found: View | None = st.session_state.get(_KEY)
    return found


def view() -> View:
    """Return the view that the shell opened. Raises WarehouseError when there is no data to view."""
    found = opened_view()
    if found is None:
        raise WarehouseError("there is no data to show yet", "", "Add exports on the Data page.")
    return found
