"""What a page works with: the open data folder, the chosen quarter and filters, the review, and queries.

The shell opens the view once per run; pages and their fragments get it with `view()`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import streamlit as st

from reliability.errors import WarehouseError
from reliability.kpis import parameters
from reliability.model import Filters, Period, Review
from reliability.queries import Result, Store, query
from reliability.settings import Settings
from reliability.ui import filters, navigation, theme
from reliability.warehouse import workspace as workspaces
from reliability.warehouse.workspace import Workspace

_KEY = "_view"


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
    def review(self) -> Review:
        """The review of the chosen quarter, composed once per choice and data version."""
        return _review(
            self.store,
            self.settings,
            self.store.data_version,
            self.settings.edition,
            self.period.id,
            self.comparison,
            self.filters.services,
            self.filters.teams,
            self.filters.severities,
            self.as_of,
        )

    def parameters(self, **overrides: Any) -> dict[str, Any]:
        """Return the standard parameters of the chosen window; `overrides` replace some of them."""
        chosen = parameters(self.settings, self.period.start, self.period.end, self.as_of, self.filters)
        return {**chosen, "limit": None, "search": None, **overrides}

    def run(self, name: str, **overrides: Any) -> Result:
        """Run a query for the chosen window. Results are cached by name, parameters and data version."""
        wanted = query(name).parameters
        given = {key: value for key, value in self.parameters(**overrides).items() if key in wanted}
        return _run(self.store, name, _frozen(given), self.store.data_version)


def open_view() -> View:
    """Open the data folder, show the filters, and keep the view for this run. Called by the shell.

    Raises SettingsError or WarehouseError; the style sheet is on the page even then.
    """
    theme.apply()
    navigation.keep_choices_in_history()
    st.session_state.pop(_KEY, None)
    opened = workspaces.open_current()
    theme.organisation(opened.settings.organisation.name, opened.settings.organisation.sample)
    chosen = filters.top_line(opened)
    made = View(opened, chosen.period, chosen.comparison, chosen.filters)
    st.session_state[_KEY] = made
    return made


def view() -> View:
    """Return the view that the shell opened. Raises WarehouseError when there is no data to view."""
    found = st.session_state.get(_KEY)
    if found is None:
        raise WarehouseError("there is no data to show yet", "", "Add exports on the Data page.")
    return found


def _frozen(params: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Return parameters as a cache key: lists become tuples."""
    return tuple((k, tuple(v) if isinstance(v, list) else v) for k, v in sorted(params.items()))


@st.cache_data(max_entries=400, show_spinner=False)
def _run(_store: Store, name: str, params: tuple[tuple[str, Any], ...], data_version: str) -> Result:
    del data_version  # part of the key only
    return _store.run(name, {k: list(v) if isinstance(v, tuple) else v for k, v in params})


# A review is frozen data that nobody changes, so all visitors may share the very object.
@st.cache_resource(max_entries=100, show_spinner="Composing the review …")
def _review(
    _store: Store,
    _settings: Settings,
    data_version: str,
    edition: str,
    period_id: str,
    comparison: str,
    services: tuple[str, ...],
    teams: tuple[str, ...],
    severities: tuple[int, ...],
    as_of: datetime,
) -> Review:
    from reliability.review.compose import compose

    del data_version, edition  # part of the key only
    return compose(_store, _settings, period_id, comparison, Filters(services, teams, severities), as_of)
