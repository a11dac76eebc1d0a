"""What a run did."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RollupReport:
    """What a run did. rows_read = counted + all of left_out, in this run and in total.

    rows_written: of the export. files_read, files_unchanged: of the log. not_compared: files that rows written twice
    could not be looked for in, because they are gone. settings_outdated: files that are gone and were read under
    other settings.
    """

    name: str
    engine: str
    to: str
    rows_read: int
    counted: int
    left_out: dict[str, int]
    rows_written: int
    files_read: int
    files_unchanged: int
    not_compared: int
    settings_outdated: int
    total_rows_read: int
    total_counted: int
    total_left_out: dict[str, int]
