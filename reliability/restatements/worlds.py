"""The review of a frozen quarter made again, with one more of the causes in effect each time."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import tomlkit

from reliability.errors import QueryError, ReliabilityError
from reliability.exports import sources
from reliability.gates import waivers
from reliability.journal import Journal
from reliability.journal.entries import Entry
from reliability.model import Review
from reliability.queries import Query, Store
from reliability.restatements import records
from reliability.restatements.before import Before, asked_then
from reliability.restatements.model import (
    DECIDED,
    DEFINITION,
    LATE,
    ORDER,
    OUTAGE,
    PROGRAM,
    QUIET,
    REMOVED,
    SETTINGS,
    TIME,
    WAIVED,
    Record,
)
from reliability.restatements.stated import decisions, exceptions, flat, of_kind, said_in, stated
from reliability.review.compose import compose, compose_whole
from reliability.review.contents import Contents
from reliability.review.frozen import Frozen
from reliability.review.kept_settings import kept_settings
from reliability.review.presented import presented
from reliability.review.thawing import thaw
from reliability.rulings import rows_before
from reliability.scrutiny.agreement import KIND as SIGNED
from reliability.settings import FILE, Settings, load_settings
from reliability.warehouse import MAPPINGS, RepeatDecision
from reliability.warehouse.decided import OutageDecision, QuietSpan
from reliability.warehouse.filling import fill
from reliability.warehouse.inputs import EXPORTS, is_refused
from reliability.warehouse.repeat_decisions import TABLES, Decided, decided_in
from reliability.warehouse.restating import remake_facts
from reliability.warehouse.workspace import Workspace, outdated

_REMADE = "made again"
# In the order in which they take effect: outages are joined while exports are read.
_RULINGS: Mapping[str, type] = {OUTAGE: OutageDecision, DECIDED: RepeatDecision, QUIET: QuietSpan}


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


class _Written(NamedTuple):
    """The journal's entries that are read with a review: signatures of promises, waivers of gates."""

    signed: Sequence[Entry]
    waived: Sequence[Entry]


@dataclass
class Worlds:
    """All that a frozen review and today's are made from, and the worlds between them. folder: for passing files.

    apart: whether the first world is the review by its own queries, so that the second differs by the definitions.
    """

    workspace: Workspace
    frozen: Frozen
    folder: Path
    records: dict[str, list[Record]] = field(default_factory=dict)
    apart: bool = False

    def __post_init__(self) -> None:
        data_dir = self.workspace.data_dir
        if said := outdated(self.workspace):
            remedy = "Run `python -m reliability build`, then ask again."
            raise ReliabilityError(f"cannot be compared with today: {said}", self.frozen.id, remedy)
        if self.workspace.inputs is None:
            remedy = "Run `python -m reliability build`, then ask again."
            raise ReliabilityError("was built by an older version of this program", "the warehouse", remedy)
        self.presented = self.frozen.review
        self._with_facts: dict[Path, list[str]] = {}
        self._exports_now = {
            name: file.digest
            for name, file in self.workspace.inputs.files.items()
            if not is_refused(data_dir / name, data_dir)
        }
        journal = Journal(data_dir)
        first_unseen = self.frozen.entry.id
        self._decided_then = list(rows_before(journal, first_unseen))
        with self.workspace.store.aside() as aside:
            self._decided_now = decided_in(aside.connection)
        self._signed_now = journal.entries(SIGNED)
        self._signed_then = [entry for entry in self._signed_now if entry.id < first_unseen]
        self._waived_now = journal.entries(waivers.KIND)
        self._waived_then = [entry for entry in self._waived_now if entry.id < first_unseen]
        self._said_then = said_in(self.frozen.texts.get(FILE, ""))
        self._said_now = said_in(kept_settings(data_dir, self.workspace.settings))
        self._settings_then = self._loaded("then", self._said_then)
        self._settings_now = self._loaded("now", self._said_now)

    def made(self) -> Iterator[World]:
        """Make the review again and again; a cause of which there is nothing is passed over."""
        as_of = self.frozen.as_of
        then, between, ruled, now = self._built()
        old, new = self._settings_then, self._settings_now
        said = _Written(self._signed_then, self._waived_then)
        yield from self._first(then, said)
        if then != between:
            self.records |= self._files()
            for cause, found in records.differences(then, between, as_of).items():
                self.records.setdefault(cause, []).extend(found)
            steps = [cause for cause in ORDER if cause in self.records]
            for cause in steps:
                # With the last of them the exports are those of now, whole.
                path = between if cause == steps[-1] else self._merged(cause, then, between)
                yield from self._world(cause, path, old, self._decided_then, said)
        decided = self._decided_then
        for cause, kind in _RULINGS.items():
            before, after = of_kind(kind, decided), of_kind(kind, self._decided_now)
            if stated(before) == stated(after):
                continue
            self.records[cause] = list(decisions(before, after))
            decided = [row for row in decided if not isinstance(row, kind)] + after
            yield from self._world(cause, ruled, old, decided, said)
        if waived := list(exceptions(self._waived_then, self._waived_now)):
            self.records[WAIVED] = waived
            said = said._replace(waived=self._waived_now)
            yield from self._world(WAIVED, ruled, old, decided, said)
        changed = [*self._changed_settings(), *self._newly_signed()]
        if changed or ruled != now:
            self.records[SETTINGS] = changed
            said = said._replace(signed=self._signed_now)
            yield from self._world(SETTINGS, now, new, self._decided_now, said)
        passed = f"as of: {as_of.isoformat()} -> {self.workspace.as_of.isoformat()}"
        self.records[TIME] = [Record("", "as of", passed)] if self.workspace.as_of != as_of else []
        today = compose_whole(
            self.workspace, self.presented.period.id, self.presented.comparison, self.presented.filters
        )
        yield World(TIME, today, self.workspace.settings, self.workspace.store)

    # ------------------------------------------------------------------------------------------ what they are made from

    def _built(self) -> tuple[Path, Path, Path, Path]:
        """Return four warehouses: exports, settings and outages of then; exports of now; outages of now as well; the
        live one. What reads the same is the same file, and no export is read for it again."""
        live = self.workspace.store.path
        read_alike = (
            _reads(self._settings_then) == _reads(self._settings_now) and not self._changed_mappings()
        )
        outages = of_kind(OutageDecision, self._decided_now)
        others = [row for row in self._decided_then if not isinstance(row, OutageDecision)]
        ruled = live if read_alike else self._build("ruled", self._place_now, [*others, *outages])
        # Rows of two tools are joined while they are read.
        joined_alike = stated(of_kind(OutageDecision, self._decided_then)) == stated(outages)
        between = ruled if joined_alike else self._build("between", self._place_now, self._decided_then)
        exports = {
            name: digest for name, digest in self._exports_now.items() if name.split("/")[0] != MAPPINGS
        }
        same = exports == {
            name: digest for name, digest in self.frozen.exports.items() if name.split("/")[0] != MAPPINGS
        }
        then = between if same else self._build("then", self._place_then, self._decided_then)
        return then, between, ruled, live

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

    def _build(self, name: str, place: Callable[[Path], None], decided: list[Decided]) -> Path:
        """Build with the settings of then. place: writes exports to a folder."""
        exports = self.folder / f"exports-{name}"
        place(exports)
        path = self.folder / f"{name}.duckdb"
        folder = exports / EXPORTS
        found = sources(folder) if folder.is_dir() else []
        settings = _seen_from(self._settings_then, self.frozen.as_of)
        fill(path, exports, found, name, settings, lambda _what, _share: None, decided)
        shutil.rmtree(exports)
        self._with_facts[path] = stated(decided)
        return path

    def _loaded(self, name: str, said: Mapping[str, Any]) -> Settings:
        folder = self.folder / f"settings-{name}"
        folder.mkdir()
        (folder / FILE).write_text(tomlkit.dumps(said), encoding="utf-8")
        return load_settings(folder)

    def _changed_settings(self) -> Iterator[Record]:
        then, now = flat(self._said_then), flat(self._said_now)
        for key in dict.fromkeys([*then, *now]):
            if then.get(key) != now.get(key) and key != "organisation.as_of":
                yield Record("", key, f"{then.get(key, 'not set')} -> {now.get(key, 'not set')}", FILE)
        for name in self._changed_mappings():
            yield Record("", name, "the mapping is another one")

    def _newly_signed(self) -> Iterator[Record]:
        for entry in self._signed_now[len(self._signed_then) :]:
            yield Record("", entry.subject, "the promise was signed")

    # --------------------------------------------------------------------------------------------------- making a world

    def _first(self, base: Path, said: "_Written") -> Iterator[World]:
        """Make the frozen review from what it was made from: by the queries of then, where they are others today and
        run here, and by those of today."""
        made = self._settings_then, self._decided_then, said
        try:
            instead = asked_then(self.frozen.texts)
            if instead:
                for world in self._world(PROGRAM, base, *made, instead):
                    self.apart = True
                    yield world
        except QueryError:
            # It does not run here: which of the two it is, the texts have to say.
            self.apart = False
        yield from self._world(DEFINITION if self.apart else PROGRAM, base, *made)

    def _world(
        self,
        cause: str,
        base: Path,
        settings: Settings,
        decided: Sequence[Decided],
        said: "_Written",
        instead: Mapping[str, Query] | None = None,
    ) -> Iterator[World]:
        """Make the facts of a warehouse again as the frozen review's instant sees them, and compose."""
        as_of = self.frozen.as_of
        with self._facts(base, settings, decided) as found, _asked(found, instead) as store:
            then = self.presented
            review = compose(
                store,
                settings,
                then.period.id,
                then.comparison,
                then.filters,
                as_of,
                lambda: said.signed,
            )
            given = waivers.waivers_of(said.waived, settings)
            yield World(cause, presented(review, store, settings, as_of, lambda: given), settings, store)

    @contextmanager
    def _facts(self, base: Path, settings: Settings, decided: Sequence[Decided]) -> Iterator[Store]:
        live = self.workspace
        if (
            base == live.store.path
            and live.as_of == self.frozen.as_of
            and _facts_alike(settings, live.settings)
            and stated(decided) == stated(self._decided_now)
        ):
            yield live.store
            return
        if self._with_facts.get(base) == stated(decided) and settings == self._settings_then:
            store = Store(base, _REMADE)
            try:
                yield store
            finally:
                store.close()
            return
        path = self.folder / "facts.duckdb"
        shutil.copyfile(base, path)
        remake_facts(path, settings, self.frozen.as_of, decided, _REMADE, tuple(TABLES))
        store = Store(path, _REMADE)
        try:
            yield store
        finally:
            store.close()
            path.unlink()


@contextmanager
def _asked(store: Store, instead: Mapping[str, Query] | None) -> Iterator[Store]:
    if not instead:
        yield store
        return
    before = Before(store.path, store.data_version, instead)
    try:
        yield before
    finally:
        before.close()


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
