"""Which files of a log have to be read, and in which batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reliability.rollups.definitions import Rollup
from reliability.rollups.files import digest
from reliability.rollups.fingerprints import fingerprint
from reliability.rollups.layouts import Layouts
from reliability.rollups.model import Layout, LogFile
from reliability.rollups.state import Known, State


@dataclass(frozen=True)
class Batch:
    """Files of one layout that are read and committed together, with their numbers and digests."""

    layout: Layout
    files: tuple[tuple[int, LogFile, str], ...]


class Plan:
    """What is to be read, and what of the state it replaces."""

    def __init__(self, rollup: Rollup, state: State, listed: Sequence[LogFile], run: int) -> None:
        self.rollup = rollup
        self.state = state
        self.listed = listed
        self.run = run
        self.unchanged = 0
        self.outdated = 0
        self.took_in = False
        known = state.files()
        self.next_file = 1 + max((k.file for k in known), default=0)
        self.layouts = Layouts(rollup)
        self.replaced: dict[int, int] = {}  # file to read -> file to forget
        self._by_path = {k.path: k for k in known}
        self._by_digest = {k.digest: k for k in known if k.same_as is None}

    def batches(self, batch_mb: float) -> Iterator[Batch]:
        """Files to read in name order, cut where the layout changes or a batch is full."""
        waiting: list[tuple[int, LogFile, str]] = []
        layout: Layout | None = None
        for number, file, content in self._to_read():
            found = self.layouts.of(file)
            size = sum(other.size for _, other, _ in waiting)
            if waiting and (found != layout or size + file.size > batch_mb * 1_000_000):
                assert layout is not None
                yield Batch(layout, tuple(waiting))
                waiting = []
            layout = found
            waiting.append((number, file, content))
        if waiting:
            assert layout is not None
            yield Batch(layout, tuple(waiting))

    def _to_read(self) -> list[tuple[int, LogFile, str]]:
        """Every file that has to be read, with its number. Renamed and repeated ones are noted on the way."""
        paths = {file.path: file for file in self.listed}
        found: list[tuple[int, LogFile, str]] = []
        changed: list[tuple[LogFile, Known]] = []
        fresh: list[tuple[LogFile, str]] = []
        for file in self.listed:
            before = self._by_path.get(file.path)
            if before is None:
                fresh.append((file, digest(file)))
            elif (before.size, before.modified) == (file.size, file.modified):
                self._is_outdated(before, changed, file)
            elif (content := digest(file)) == before.digest:
                self.state.rename(before.file, file.path, file.size, file.modified)
                self._is_outdated(before, changed, file)
            else:
                fresh.append((file, content))
        contents = {content for _, content in fresh}
        for file, content in fresh:
            twin, before = self._by_digest.get(content), self._by_path.get(file.path)
            forget = before.file if before and before.digest not in contents else None
            if twin is not None and not self._still_there(twin, paths, fresh):
                # It is called otherwise now: what it said stays, unless its old name means something new.
                self.state.rename(twin.file, file.path, file.size, file.modified)
                self._by_digest[content] = replace(twin, path=file.path)
                self.unchanged += 1
            elif twin is not None:
                same = Known(
                    self._number(),
                    file.path,
                    file.size,
                    file.modified,
                    content,
                    twin.fingerprint,
                    None,
                    None,
                    twin.file,
                )
                self.state.commit([same], None, {}, [forget] if forget else [], self.run)
                self.took_in = True
            else:
                number = self._number()
                if forget is not None:
                    self.replaced[number] = forget
                found.append((number, file, content))
                self._by_digest[content] = Known(
                    number, file.path, file.size, file.modified, content, "", None, None
                )
        for file, before in changed:
            number = self._number()
            self.replaced[number] = before.file
            found.append((number, file, before.digest))
        listed_paths = set(paths)
        self.outdated = sum(
            known.same_as is None
            and known.path not in listed_paths
            and known.fingerprint != fingerprint(self.rollup, known)
            for known in self.state.files()
        )
        return sorted(found, key=lambda item: item[1].path)

    def _still_there(self, twin: Known, paths: dict[str, LogFile], fresh: list[tuple[LogFile, str]]) -> bool:
        """Whether the file that was read under this content still has it."""
        if twin.path not in paths:
            return False
        return all(content == twin.digest for file, content in fresh if file.path == twin.path)

    def _is_outdated(self, before: Known, changed: list[tuple[LogFile, Known]], file: LogFile) -> None:
        if before.same_as is None and before.fingerprint != fingerprint(self.rollup, before):
            changed.append((file, before))
        else:
            self.unchanged += 1

    def _number(self) -> int:
        self.next_file += 1
        return self.next_file - 1
