"""Severities: the level, or else the kind of row, that the settings give to every word met so far."""

import duckdb

from reliability.settings import Severity


def create_levels(con: duckdb.DuckDBPyConnection) -> None:
    """Create `severity_levels` (word, level, kind), empty.

    level: NULL for a word that names none. kind: what such a word names instead ("maintenance"), mostly NULL.
    """
    con.execute("create table severity_levels (word varchar, level bigint, kind varchar)")


def learn_levels(con: duckdb.DuckDBPyConnection, words: str, severity: Severity) -> None:
    """Add those words of the select `words` (word) that `severity_levels` does not have."""
    new = f"select distinct word from ({words}) as met anti join severity_levels using (word) where word is not null"
    found = [word for (word,) in con.execute(new).fetchall()]
    if found:
        con.execute(
            "insert into severity_levels select unnest($words), unnest($levels::bigint[]), unnest($kinds::varchar[])",
            {
                "words": found,
                "levels": [severity.level(word) for word in found],
                "kinds": [severity.kind(word) for word in found],
            },
        )
