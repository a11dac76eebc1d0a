"""A PostgreSQL server of the tests' own, on a socket in a passing folder and on loopback, with a schema for each journal."""

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests.debian import needed

_PROGRAMS = "/usr/lib/postgresql/*/bin"
_NUMBERS = itertools.count(1)
PASSWORD = "loopback only"


@dataclass(frozen=True)
class Postgres:
    """folder: that of its socket. `reviewer` owns the schemas and is no superuser; over loopback it has a password."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def admin(self) -> psycopg.Connection:
        """A connection that may do anything."""
        return psycopg.connect(self.url("owner"), autocommit=True)

    def url(self, user: str = "reviewer", schema: str = "public", host: str = "") -> str:
        """The address of a schema, over the socket unless a host is named."""
        options = quote(f"-csearch_path={schema}")
        where = (
            f"@{host}:{self.port}/journals?" if host else f"@/journals?host={self.folder}&port={self.port}&"
        )
        return f"postgresql://{user}{where}options={options}"

    def new_schema(self) -> str:
        """A schema that nobody has used, of the reviewer's."""
        name = f"journal_{next(_NUMBERS)}"
        with self.admin() as connection:
            connection.execute(f"create schema {name} authorization reviewer")
        return name

    def journal_in(self, data_dir: Path) -> str:
        """Let a data folder's settings name a new schema, and return its address."""
        url = self.url(schema=self.new_schema())
        with (data_dir / "review.toml").open("a", encoding="utf-8") as settings:
            settings.write(f'\n[journal]\nurl = "{url}"\n')
        return url


@contextmanager
def started() -> Iterator[Postgres]:
    """Run a server until the block ends; never as root, which PostgreSQL refuses."""
    initdb = needed("initdb", "postgresql", beside=_PROGRAMS)
    server = needed("postgres", "postgresql", beside=_PROGRAMS)
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path may have 107 characters
    (folder / "password").write_text(PASSWORD)
    prefix: list[str] = []
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        for path in (folder, folder / "password"):
            os.chown(path, user.pw_uid, user.pw_gid)
        folder.chmod(0o755)
        prefix = [
            "setpriv",
            f"--reuid={user.pw_uid}",
            f"--regid={user.pw_gid}",
            "--clear-groups",
            "--pdeathsig=INT",
        ]
    data, port = folder / "data", _free_port()
    made = [initdb, "-D", data, "-U", "owner", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    made += ["--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={folder / 'password'}"]
    subprocess.run([*prefix, *made], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    # A killed client loses nothing without fsync; only a killed machine would.
    options = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", "fsync=off"]
    command = [*prefix, server, "-D", data, *(part for option in options for part in ("-c", option))]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        running = Postgres(folder, port, process)
        _wait(running)
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(running: Postgres) -> None:
    url = f"postgresql://owner@/postgres?host={running.folder}&port={running.port}"
    for _ in range(200):
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"create role reviewer login password '{PASSWORD}'")
                connection.execute("create database journals")
            return
        except psycopg.OperationalError:
            assert running.process.poll() is None, (running.folder / "log").read_text()
            time.sleep(0.05)
    raise AssertionError((running.folder / "log").read_text())


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
