"""Journals of both kinds, for tests that hold for either: in a file, and in a database."""

import sqlite3
from contextlib import closing, suppress

import psycopg

from reliability.journal import Journal
from reliability.settings.journal import journal_place

KINDS = ("file", "database")


def database_of(journal: Journal) -> str:
    """The address of the database that a journal is in, "" when it is in a file."""
    return journal_place(journal.data_dir).url


def statement_on(journal: Journal, statement: str) -> None:
    """Run SQL on a journal as somebody would who has its file or its role; `entries` is the table."""
    if url := database_of(journal):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement.replace("entries", "journal_entries"))
        return
    with closing(sqlite3.connect(journal.path)) as connection, connection:
        connection.execute(statement)


def tamper(journal: Journal, statement: str) -> None:
    """Change a journal as no program of ours does, past what guards it."""
    if url := database_of(journal):
        with psycopg.connect(url, autocommit=True) as connection:
            with suppress(psycopg.errors.UndefinedObject):
                connection.execute("alter table journal_entries disable trigger entries_never_change")
            connection.execute(statement.replace("entries", "journal_entries"))
        return
    with closing(sqlite3.connect(journal.path)) as connection, connection:
        connection.execute("drop trigger if exists entries_never_change")
        connection.execute("drop trigger if exists entries_never_go")
        connection.execute(statement)
