"""The journal's tables in PostgreSQL, and transactions on them.

Bodies are kept as text, not as `jsonb`, which would order keys, round numbers and refuse some text: a digest covers
what was written. An entry's number is taken in the transaction that writes it, so that a failed one leaves no gap.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg import sql

from reliability.errors import JournalError
from reliability.journal.rows import ONLY_GROWS

LAYOUT = 1
TABLE, STATE = "journal_entries", "journal_state"
_LOCK, _BUILDS = (0x52454C4A, 1), (0x52454C4A, 2)
"""The advisory locks of writers and of builds: "RELJ", 1 and 2."""

_AGAIN_SECONDS = 0.5
_LONGEST_NAME = 63
"""Bytes that PostgreSQL keeps of the name of an application."""

_HOLDER = """
    select application_name from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and granted and (classid, objid, objsubid) = (%s, %s, 2)
        and database = (select oid from pg_database where datname = current_database())
"""

_KEPT = 4
_MOST_SECONDS = 5

_SCHEMA = f"""
create table {STATE} (layout integer not null, given bigint not null);
insert into {STATE} values ({LAYOUT}, 0);
create table {TABLE} (
    id bigint primary key,
    at text not null,
    who text not null,
    kind text not null,
    subject text not null,
    body text not null,
    undo_of bigint references {TABLE} (id),
    digest text not null
);
create index {TABLE}_by_kind on {TABLE} (kind, subject);
create function journal_only_grows() returns trigger language plpgsql as
    $$ begin raise exception '{ONLY_GROWS}'; end; $$;
create trigger entries_never_change before update or delete or truncate on {TABLE}
    for each statement execute function journal_only_grows();
"""

_idle: dict[tuple[int, str], list[psycopg.Connection]] = {}
_idle_lock = threading.Lock()


class MaybeWritten(Exception):
    """The connection broke while the transaction was confirmed: nobody knows whether it was."""


@contextmanager
def reading(url: str) -> Iterator[psycopg.Connection]:
    """One snapshot of the database that nothing is written in."""
    with _connected(url, "begin isolation level repeatable read read only") as connection:
        yield connection
        connection.execute("commit")


@contextmanager
def writing(url: str, wait_seconds: float) -> Iterator[psycopg.Connection]:
    """One transaction, by one writer of this database at a time; whoever dies frees the lock."""
    with _connected(url, "begin isolation level read committed read write") as connection:
        wait = sql.SQL("set local lock_timeout = {}").format(sql.Literal(max(1, int(wait_seconds * 1000))))
        connection.execute(wait)
        # What was confirmed is on disk, whatever the database's default is.
        connection.execute("set local synchronous_commit = on")
        connection.execute("select pg_advisory_xact_lock(%s, %s)", _LOCK)
        yield connection
        try:
            connection.execute("commit")
        except psycopg.OperationalError as error:
            if error.sqlstate is None or connection.broken:
                raise MaybeWritten(str(error)) from error
            raise


@contextmanager
def building(url: str, wait_seconds: float) -> Iterator[None]:
    """Hold the lock of builds in a transaction that does nothing else; whoever dies frees it.

    Of a transaction, not of a session: behind a pooler the next statement may be another session's.
    Raises JournalError when somebody else holds it for longer than `wait_seconds`.
    """
    with _connected(url, "begin isolation level read committed read only") as connection:
        connection.execute("set local idle_in_transaction_session_timeout = 0")
        name = f"build on {socket.gethostname()}, process {os.getpid()}"
        connection.execute("select set_config('application_name', %s, true)", (name[:_LONGEST_NAME],))
        until = time.monotonic() + wait_seconds
        while not _one(connection, "select pg_try_advisory_xact_lock(%s, %s)", *_BUILDS):
            if time.monotonic() >= until:
                holder = _one(connection, _HOLDER, *_BUILDS)
                what = f"another build has been running for {wait_seconds:.0f} s"
                raise JournalError(f"{what} ({holder})" if holder else what, "", "Wait for it, or end it.")
            time.sleep(min(_AGAIN_SECONDS, max(0.0, until - time.monotonic())))
        yield
        # The build is done: a server that was restarted meanwhile has let go of the lock by itself.
        with suppress(psycopg.OperationalError):
            connection.execute("commit")


def layout(connection: psycopg.Connection, where: str) -> int:
    """The layout of the journal's tables, 0 where there are none. Raises JournalError for one that is newer."""
    # Not to_regclass: a name that was not there is remembered for the whole transaction.
    there = "select 1 from pg_catalog.pg_class where relname = %s and pg_catalog.pg_table_is_visible(oid)"
    if _one(connection, there, STATE) is None:
        return 0
    found = _one(connection, f"select max(layout) from {STATE}")
    if not isinstance(found, int):
        raise JournalError("has no layout: its tables are damaged", where, "Restore the database.")
    if found > LAYOUT:
        raise JournalError("was written by a newer version of this program", where, "Update this program.")
    return found


def create(connection: psycopg.Connection) -> None:
    """Make the tables in the first schema of the search path. The caller holds the writers' lock."""
    connection.execute(_SCHEMA)


@contextmanager
def unguarded(connection: psycopg.Connection) -> Iterator[None]:
    """Take all entries out, for others in their place in the same transaction: a restore."""
    connection.execute(f"alter table {TABLE} disable trigger entries_never_change")
    connection.execute(f"delete from {TABLE}")
    connection.execute(f"update {STATE} set given = 0")
    yield
    connection.execute("set constraints all immediate")
    connection.execute(f"alter table {TABLE} enable trigger entries_never_change")


@contextmanager
def _connected(url: str, begin: str) -> Iterator[psycopg.Connection]:
    """A connection with a transaction begun: one that was used before, where it is still good."""
    connection = _begun(url, begin)
    try:
        yield connection
    except BaseException:
        with suppress(psycopg.Error):
            connection.execute("rollback")
        raise
    finally:
        _put_back(url, connection)


def _begun(url: str, begin: str) -> psycopg.Connection:
    while connection := _take(url):
        try:
            connection.execute(begin)
            return connection
        except psycopg.Error:  # the server was restarted since
            connection.close()
    connection = psycopg.connect(
        url,
        autocommit=True,
        connect_timeout=_MOST_SECONDS,
        client_encoding="utf8",
        application_name="reliability",
        tcp_user_timeout=20_000,
        prepare_threshold=None,  # a pooler between may give each transaction another server
    )
    if connection.info.parameter_status("server_encoding") != "UTF8":
        connection.close()
        raise JournalError(
            "is not encoded in UTF-8", remedy="Make one: createdb --encoding=UTF8 --template=template0."
        )
    connection.execute(begin)
    return connection


def _take(url: str) -> psycopg.Connection | None:
    # A process that was forked must not speak over its parent's connections.
    with _idle_lock:
        kept = _idle.get((os.getpid(), url))
        return kept.pop() if kept else None


def _put_back(url: str, connection: psycopg.Connection) -> None:
    usable = not connection.closed and connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    with _idle_lock:
        kept = _idle.setdefault((os.getpid(), url), [])
        if usable and len(kept) < _KEPT:
            kept.append(connection)
            return
    connection.close()


def _one(connection: psycopg.Connection, question: str, *values: object) -> object:
    row = connection.execute(question, values).fetchone()
    return row[0] if row else None
