"""The review of a frozen quarter made again, with one more of the causes in effect each time."""

import os
import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import tomlkit

from reliability.errors import ReliabilityError
from reliability.exports import sources
from reliability.journal import Journal
from reliability.journal.entries import Entry
from reliability.model import Review
from reliability.queries import Store
from reliability.repeats import decisions as repeats
from reliability.restatements import records
from reliability.restatements.model import DECIDED, LATE, ORDER, PROGRAM, REMOVED, SETTINGS, TIME, Record
from reliability.review.compose import compose, compose_whole
from reliability.review.contents import Contents
from reliability.review.frozen import Frozen
from reliability.review.kept_settings import kept_settings
from reliability.review.thawing import thaw
from reliability.scrutiny.agreement import KIND as SIGNED
from reliability.settings import FILE, Settings, load_settings
from reliability.warehouse import MAPPINGS, RepeatDecision
from reliability.warehouse.filling import fill
from reliability.warehouse.inputs import EXPORTS, is_refused
from reliability.warehouse.restating import remake_facts
from reliability.warehouse.workspace import Workspace, outdated

_REMADE = "made again"
_NOT_COMPARED = ("rollups", "access", "deliver")


@dataclass(frozen=True)
class World:
    """The review as it would be with one more cause in effect.

    cause: `PROGRAM` for the frozen one made again from what it was made from. settings, store: what it was made with;
    the store is open only until the next world is asked for.
    """

    cause: str
    review: Review
    settings: Settings
    store: Store


@dataclass
class Worlds:
    """All that a frozen review and today's are made from, and the worlds between them. folder: for passing files."""

    workspace: Workspace
    frozen: Frozen
    folder: Path
    records: dict[str, list[Record]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        data_dir = self.workspace.data_dir
        if said := outdated(self.workspace):
            remedy = "Run `python -m reliability build`, then ask again."
            raise ReliabilityError(f"cannot be compared with today: {said}", self.frozen.id, remedy)
        if self.workspace.inputs is None:
            remedy = "Run `python -m reliability build`, then ask again."
            raise ReliabilityError("was built by an older version of this program", "the warehouse", remedy)
        self.presented = self.frozen.review
        self._with_facts: set[Path] = set()
        self._exports_now = {
            name: file.digest
            for name, file in self.workspace.inputs.files.items()
            if not is_refused(data_dir / name, data_dir)
        }
        journal = Journal(data_dir)
        first_unseen = self.frozen.entry.id
        self._decided_then = _decided_before(journal, first_unseen)
        self._decided_now = _decided_in(self.workspace)
        self._signed_now = journal.entries(SIGNED)
        self._signed_then = [entry for entry in self._signed_now if entry.id < first_unseen]
        self._said_then = _said(self.frozen.texts.get(FILE, ""))
        self._said_now = _said(kept_settings(data_dir, self.workspace.settings))
        self._settings_then = self._loaded("then", self._said_then)
        self._settings_now = self._loaded("now", self._said_now)

    def made(self) -> Iterator[World]:
        """Make the review again and again; a cause of which there is nothing is passed over."""
        as_of = self.frozen.as_of
        then, between, now = self._built()
        old, new = self._settings_then, self._settings_now
        signed = self._signed_then
        yield from self._world(PROGRAM, then, old, self._decided_then, signed)
        if then != between:
            self.records |= self._files()
            for cause, found in records.differences(then, between, as_of).items():
                self.records.setdefault(cause, []).extend(found)
            steps = [cause for cause in ORDER if cause in self.records]
            for cause in steps:
                # With the last of them the exports are those of now, whole.
                path = between if cause == steps[-1] else self._merged(cause, then, between)
                yield from self._world(cause, path, old, self._decided_then, signed)
        if _stated(self._decided_then) != _stated(self._decided_now):
            self.records[DECIDED] = list(_decisions(self._decided_then, self._decided_now))
            yield from self._world(DECIDED, between, old, self._decided_now, signed)
        changed = [*self._changed_settings(), *self._newly_signed()]
        if changed or between != now:
            self.records[SETTINGS] = changed
            yield from self._world(SETTINGS, now, new, self._decided_now, self._signed_now)
        said = f"as of: {as_of.isoformat()} -> {self.workspace.as_of.isoformat()}"
        self.records[TIME] = [Record("", "as of", said)] if self.workspace.as_of != as_of else []
        today = compose_whole(
            self.workspace, self.presented.period.id, self.presented.comparison, self.presented.filters
        )
        yield World(TIME, today, self.workspace.settings, self.workspace.store)

    # ------------------------------------------------------------------------------------------ what they are made from

    def _built(self) -> tuple[Path, Path, Path]:
        """Return three warehouses: exports and settings of then; exports of now read with the settings of then; the
        live one. What reads the same is the same file, and no export is read for it again."""
        live = self.workspace.store.path
        read_alike = (
            _reads(self._settings_then) == _reads(self._settings_now) and not self._changed_mappings()
        )
        between = live if read_alike else self._build("between", self._place_now)
        exports = {
            name: digest for name, digest in self._exports_now.items() if name.split("/")[0] != MAPPINGS
        }
        same = exports == {
            name: digest for name, digest in self.frozen.exports.items() if name.split("/")[0] != MAPPINGS
        }
        return between if same else self._build("then", self._place_then), between, live

    def _merged(self, cause: str, then: Path, between: Path) -> Path:
        path = self.folder / "merged.duckdb"
        path.unlink(missing_ok=True)
        records.merge(cause, then, between, path)
        return path

    def _files(self) -> dict[str, list[Record]]:
        """Return which exports came, were exported anew or went, by cause."""
        then, now = self.frozen.exports, self._exports_now
        came = [Record("", name, "is a new export") for name in now if name not in then]
        anew = [
            Record("", name, "was exported anew") for name in now if name in then and then[name] != now[name]
        ]
        gone = [Record("", name, "is gone") for name in then if name not in now]
        return {cause: found for cause, found in ((LATE, [*came, *anew]), (REMOVED, gone)) if found}

    def _changed_mappings(self) -> list[str]:
        then, now = self.frozen.exports, self._exports_now
        return [
            name
            for name in then
            if name.split("/")[0] == MAPPINGS and name in now and then[name] != now[name]
        ]

    def _place_then(self, to: Path) -> None:
        thaw(self.frozen, self.workspace.data_dir, to)

    def _place_now(self, to: Path) -> None:
        """Write the exports of now with the mappings of then, as far as there were any."""
        data_dir = self.workspace.data_dir
        contents = Contents(data_dir)
        changed = self._changed_mappings()
        for name in self._exports_now:
            in_place = name.split("/")[0] in (EXPORTS, MAPPINGS)
            place = to / name if in_place else to / EXPORTS / name
            place.parent.mkdir(parents=True, exist_ok=True)
            if name in changed:
                contents.restore(self.frozen.exports[name], place)
            else:
                _link(data_dir / name, place)

    def _build(self, name: str, place: Callable[[Path], None]) -> Path:
        """Build as then: its settings, its decisions. place: writes exports to a folder."""
        exports = self.folder / f"exports-{name}"
        place(exports)
        path = self.folder / f"{name}.duckdb"
        folder = exports / EXPORTS
        found = sources(folder) if folder.is_dir() else []
        settings = _seen_from(self._settings_then, self.frozen.as_of)
        fill(path, exports, found, name, settings, lambda _what, _share: None, self._decided_then)
        shutil.rmtree(exports)
        self._with_facts.add(path)
        return path

    def _loaded(self, name: str, said: Mapping[str, Any]) -> Settings:
        folder = self.folder / f"settings-{name}"
        folder.mkdir()
        (folder / FILE).write_text(tomlkit.dumps(said), encoding="utf-8")
        return load_settings(folder)

    def _changed_settings(self) -> Iterator[Record]:
        then, now = _flat(self._said_then), _flat(self._said_now)
        for key in dict.fromkeys([*then, *now]):
            if then.get(key) != now.get(key) and key != "organisation.as_of":
                yield Record("", key, f"{then.get(key, 'not set')} -> {now.get(key, 'not set')}", FILE)
        for name in self._changed_mappings():
            yield Record("", name, "the mapping is another one")

    def _newly_signed(self) -> Iterator[Record]:
        for entry in self._signed_now[len(self._signed_then) :]:
            yield Record("", entry.subject, "the promise was signed")

    # --------------------------------------------------------------------------------------------------- making a world

    def _world(
        self,
        cause: str,
        base: Path,
        settings: Settings,
        decided: Sequence[RepeatDecision],
        signed: Sequence[Entry],
    ) -> Iterator[World]:
        """Make the facts of a warehouse again as the frozen review's instant sees them, and compose."""
        as_of = self.frozen.as_of
        with self._facts(base, settings, decided) as store:
            presented = self.presented
            review = compose(
                store,
                settings,
                presented.period.id,
                presented.comparison,
                presented.filters,
                as_of,
                lambda: signed,
            )
            yield World(cause, review, settings, store)

    @contextmanager
    def _facts(self, base: Path, settings: Settings, decided: Sequence[RepeatDecision]) -> Iterator[Store]:
        live = self.workspace
        if (
            base == live.store.path
            and live.as_of == self.frozen.as_of
            and _facts_alike(settings, live.settings)
            and _stated(decided) == _stated(self._decided_now)
        ):
            yield live.store
            return
        if base in self._with_facts and settings == self._settings_then and decided == self._decided_then:
            store = Store(base, _REMADE)
            try:
                yield store
            finally:
                store.close()
            return
        path = self.folder / "facts.duckdb"
        shutil.copyfile(base, path)
        remake_facts(path, settings, self.frozen.as_of, decided, _REMADE)
        store = Store(path, _REMADE)
        try:
            yield store
        finally:
            store.close()
            path.unlink()


def _link(source: Path, to: Path) -> None:
    try:
        os.link(source, to)
    except OSError:
        shutil.copyfile(source, to)


def _seen_from(settings: Settings, as_of: datetime) -> Settings:
    return replace(settings, organisation=replace(settings.organisation, as_of=as_of))


def _reads(settings: Settings) -> str:
    """What of the settings decides how exports are read."""
    return replace(settings, organisation=replace(settings.organisation, as_of=None)).fingerprint


def _facts_alike(one: Settings, other: Settings) -> bool:
    return _reads(one) == _reads(other)


def _said(text: str) -> dict[str, Any]:
    return {key: value for key, value in tomllib.loads(text).items() if key not in _NOT_COMPARED}


def _flat(said: Any, key: str = "") -> dict[str, Any]:
    """Return settings by their dotted names; a promise or a freeze by its id, or its place in the list."""
    if isinstance(said, dict):
        items = [(name, value) for name, value in said.items()]
    elif isinstance(said, list) and any(isinstance(one, dict) for one in said):
        items = [(str(one.get("id", place)), one) for place, one in enumerate(said, 1)]
    else:
        return {key: said}
    found: dict[str, Any] = {}
    for name, value in items:
        found |= _flat(value, f"{key}.{name}" if key else name)
    return found


def _decided_before(journal: Journal, entry_id: int) -> list[RepeatDecision]:
    entries = [entry for entry in journal.entries(repeats.KIND) if entry.id < entry_id]
    return repeats.rows(repeats.standing_decisions(entries))


def _decided_in(workspace: Workspace) -> list[RepeatDecision]:
    found = workspace.store.run("lists/repeat_decisions")
    return [RepeatDecision(**{name: row[name] for name in RepeatDecision._fields}) for row in found]


def _stated(decided: Sequence[RepeatDecision]) -> list[str]:
    return sorted(map(repr, decided))


def _decisions(then: Sequence[RepeatDecision], now: Sequence[RepeatDecision]) -> Iterator[Record]:
    for said, rows in (("decided", set(now) - set(then)), ("taken back", set(then) - set(now))):
        for row in sorted(rows, key=lambda row: (row.entry_id, row.incident_id or "")):
            partner = row.partner_id or row.effective_issue_id or ""
            what = " ".join(filter(None, (row.decision, partner)))
            yield Record("", row.incident_id or row.issue_id or "?", f"{what}: {said}")
