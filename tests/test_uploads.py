"""Uploads at the gate: on disk instead of in memory, within limits, only what is whole, let go in time."""

import os
import socket
import time
from types import SimpleNamespace

import httpx2
import pytest

from reliability.access import spool
from reliability.errors import ExportError
from reliability.serve.local import LocalDoor
from reliability.serve.proxy import ProxyDoor
from reliability.ui.data.upload import save
from tests.gated import gate, gated, served, settings

pytestmark = pytest.mark.slow

PROXIED = """
[access]
mode = "proxy"
hosts = ["review.example.com"]
trusted_proxies = ["10.0.0.1"]
user_header = "X-Forwarded-User"
[access.roles]
administrator = ["ann@example.com", "bea@example.com", "cem@example.com"]
"""
ADDRESS = "/_stcore/upload_file/session/{}"


def form(content: bytes, boundary: bytes = b"xyz", name: bytes = b"a.csv") -> bytes:
    head = (
        b'Content-Disposition: form-data; name="a.csv"; filename="'
        + name
        + b'"\r\nContent-Type: text/csv\r\n'
    )
    return b"--" + boundary + b"\r\n" + head + b"\r\n" + content + b"\r\n--" + boundary + b"--\r\n"


def put(client, number: int, content: bytes, **more):
    headers = {"content-type": "multipart/form-data; boundary=xyz", **more}
    return client.put(ADDRESS.format(number), content=form(content), headers=headers)


class Given:
    """What the pages get: the name and whatever the gate passed on."""

    def __init__(self, content: bytes, name: str = "a.csv") -> None:
        self.name = name
        self._content = content

    def getvalue(self) -> bytes:
        return self._content


@pytest.fixture
def folder(tmp_path):
    text = "[access.uploads]\nperson_files = 3\nperson_mb = 2\ntotal_mb = 4\nkeep_minutes = 5\n"
    return settings(tmp_path / "data", text)


@pytest.fixture
def client(folder):
    return gated(folder, lambda _policy: LocalDoor(), largest_upload=1024 * 1024)


def held(folder):
    return sorted(path.stat().st_size for path in (folder / ".uploads").glob("*"))


def references(folder):
    return [Given(b"reliability-upload:" + path.name.encode()) for path in (folder / ".uploads").glob("*")]


def test_a_file_goes_to_the_disk_and_a_reference_to_the_pages(client, folder):
    content = b"id,opened_at\n\r\n--xy" + bytes(range(256)) * 3000
    answer = put(client, 1, content)
    assert answer.status_code == 200
    assert answer.json()["body"] < 300
    assert held(folder) == [len(content)]
    saved = save(references(folder)[0], folder / "exports")
    assert saved.path.read_bytes() == content
    assert not save(references(folder)[0], folder / "exports").new


def test_who_uploads_is_asked_for_once(folder):
    class Once(LocalDoor):
        asked = 0

        async def identify(self, scope):
            self.asked += 1
            return await super().identify(scope) if self.asked == 1 else None  # signed out meanwhile

    once = Once()
    assert put(gated(folder, lambda _policy: once), 1, b"x").status_code == 200
    assert once.asked == 1


def test_one_file_is_limited(client, folder):
    assert put(client, 1, b"x" * 1024 * 1024).status_code == 200
    answer = put(client, 2, b"x" * (1024 * 1024 + 1))
    assert answer.status_code == 413
    assert "one file may have: 1 MB" in answer.json()["error"]
    assert held(folder) == [1024 * 1024]


def test_what_says_nothing_of_its_size_is_limited_too(client, folder):
    body = (part for part in [form(b"")[:-9], *([b"x" * 65536] * 20)])
    headers = {"content-type": "multipart/form-data; boundary=xyz"}
    assert client.put(ADDRESS.format(1), content=body, headers=headers).status_code == 413
    assert held(folder) == []


def test_a_person_is_limited_in_files_and_bytes(client, folder):
    assert [put(client, n, b"x" * 900_000).status_code for n in range(3)] == [200, 200, 413]
    assert put(client, 3, b"x").status_code == 200
    answer = put(client, 4, b"x")
    assert answer.status_code == 413
    assert "3 uploads of yours are waiting" in answer.json()["error"]
    assert client.delete(ADDRESS.format(0)).status_code == 200
    assert put(client, 5, b"x").status_code == 200
    assert held(folder) == [1, 1, 900_000]


def test_all_uploads_together_are_limited_whoever_sends_them(folder):
    with (folder / "review.toml").open("a", encoding="utf-8") as file:
        file.write(PROXIED)
    client = gated(folder, ProxyDoor, peer="10.0.0.1", host="review.example.com", largest_upload=1024 * 1024)

    def sent(number, who):
        return put(client, number, b"x" * 900_000, **{"x-forwarded-user": f"{who}@example.com"})

    first = [sent(number, who) for number, who in enumerate(("ann", "bea", "ann", "bea"))]
    assert [answer.status_code for answer in first] == [200] * 4
    answer = sent(4, "cem")
    assert answer.status_code == 413
    assert "larger than all uploads may have together: 4 MB" in answer.json()["error"]
    assert held(folder) == [900_000] * 4
    assert (
        client.delete(ADDRESS.format(0), headers={"x-forwarded-user": "ann@example.com"}).status_code == 200
    )
    assert [sent(5, "cem").status_code, sent(6, "cem").status_code] == [200, 413]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"x", "multipart/form-data; boundary=xyz"),
        (form(b"x")[:-20], "multipart/form-data; boundary=xyz"),
        (form(b"x"), "multipart/form-data"),
        (form(b"x"), "text/csv"),
        (form(b"x"), "multipart/form-data; boundary=abc"),
        (form(b"x")[:-4] + b"\r\n" + form(b"y"), "multipart/form-data; boundary=xyz"),
    ],
)
def test_what_is_no_form_with_one_file_leaves_nothing(client, folder, body, kind):
    assert client.put(ADDRESS.format(1), content=body, headers={"content-type": kind}).status_code == 400
    assert not (folder / ".uploads").exists() or held(folder) == []


def test_what_lies_too_long_is_let_go(client, folder, monkeypatch):
    assert put(client, 1, b"old").status_code == 200
    given = references(folder)[0]
    now = time.monotonic()
    monkeypatch.setattr(spool.time, "monotonic", lambda: now + 301)
    assert put(client, 2, b"newer").status_code == 200
    assert held(folder) == [5]
    with pytest.raises(ExportError, match="upload it again"):
        save(given, folder / "exports")


class Passing:
    """The time as the spool sees it: `minutes` more have passed."""

    def __init__(self, monkeypatch) -> None:
        self.minutes = 0.0
        later = SimpleNamespace(
            monotonic=lambda: time.monotonic() + self.minutes * 60,
            time=lambda: time.time() + self.minutes * 60,
        )
        monkeypatch.setattr(spool, "time", later)


def until(holds) -> None:
    """Wait for something that another thread does."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


class Slow:
    """An upload that stops half way, and is finished later."""

    def __init__(self, port: int, content: bytes) -> None:
        body = form(content)
        self._rest = body[20:]
        self._connection = socket.create_connection(("127.0.0.1", port), 20)
        lines = [
            f"PUT {ADDRESS.format(1)} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Content-Type: multipart/form-data; boundary=xyz",
            f"Content-Length: {len(body)}",
            "Connection: close",
        ]
        self._connection.sendall("\r\n".join([*lines, "", ""]).encode() + body[:20])

    def finish(self) -> bytes:
        """Send the rest; return the answer."""
        with self._connection:
            self._connection.sendall(self._rest)
            return b"".join(iter(lambda: self._connection.recv(65536), b""))


@pytest.fixture
def port(folder):
    with served(gate(folder, lambda _policy: LocalDoor())) as listening:
        yield listening


def test_a_slow_upload_is_kept_from_when_it_is_whole(folder, port, monkeypatch):
    passing = Passing(monkeypatch)
    slow = Slow(port, b"slow")
    until((folder / ".uploads").exists)
    passing.minutes = 6
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client:
        assert put(client, 2, b"another").status_code == 200
    assert slow.finish().startswith(b"HTTP/1.1 200")
    passing.minutes = 10.5
    waiting = [spool.waiting(given.getvalue(), given.name) for given in references(folder)]
    assert {path.read_bytes() for path in waiting} == {b"slow", b"another"}


def test_an_upload_that_is_taken_back_on_its_way_leaves_nothing(folder, port):
    slow = Slow(port, b"slow")
    until((folder / ".uploads").exists)
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client:
        assert client.delete(ADDRESS.format(1)).status_code == 200
    answer = slow.finish()
    assert answer.startswith(b"HTTP/1.1 400") and b"it was taken back" in answer
    assert held(folder) == []


def test_an_upload_is_not_added_later_than_it_may_wait(client, folder, monkeypatch):
    passing = Passing(monkeypatch)
    assert put(client, 1, b"old").status_code == 200
    given = references(folder)[0]
    passing.minutes = 4.9
    assert spool.waiting(given.getvalue(), given.name).read_bytes() == b"old"
    passing.minutes = 5.1
    with pytest.raises(ExportError, match="upload it again"):
        save(given, folder / "exports")
    assert held(folder) == []


def test_what_a_killed_server_left_goes_while_another_runs(client, folder, monkeypatch):
    passing = Passing(monkeypatch)
    assert put(client, 1, b"kept").status_code == 200
    left = folder / ".uploads" / "left"
    left.write_bytes(b"of another process")
    passing.minutes = 4
    assert put(client, 2, b"later").status_code == 200
    assert left.exists()
    passing.minutes = 5.1
    assert put(client, 3, b"last").status_code == 200
    assert not left.exists()
    assert held(folder) == [4, 5]


def test_leftovers_of_a_killed_server_go_at_the_next_start(folder):
    (folder / ".uploads").mkdir()
    for name, age in (("old", 3600), ("fresh", 10)):
        path = folder / ".uploads" / name
        path.write_bytes(b"x")
        os.utime(path, (time.time() - age, time.time() - age))
    gated(folder, lambda _policy: LocalDoor())
    assert [path.name for path in (folder / ".uploads").iterdir()] == ["fresh"]


def test_a_full_disk_is_said(client, folder, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool, "write", full)
    answer = put(client, 1, b"x")
    assert answer.status_code == 507
    assert "No space left on device" in answer.json()["error"]
    monkeypatch.undo()
    assert [put(client, n, b"x").status_code for n in range(3)] == [200] * 3
