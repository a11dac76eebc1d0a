"""The review by mail: sent when something changed and not otherwise, never lost, over a real server on loopback."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from reliability.cli.main import main
from reliability.decisions import decide, decisions, follow
from reliability.deliver import deliver
from reliability.deliver.standing import Standing, reasons, standing
from reliability.errors import ReliabilityError
from reliability.formatting import plain
from reliability.journal import Journal
from reliability.publish.any_file import _READERS, KINDS, read_any
from reliability.publish.verify import verify
from reliability.review.frozen import frozen_reviews
from reliability.settings import load_settings
from reliability.warehouse.workspace import open_workspace
from tests.browser.server import free_port
from tests.mail_server import PASSWORD, USER, Box, certificate, mail_server
from tests.sample import sample_copy

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC)


@pytest.fixture
def box() -> Iterator[Box]:
    with mail_server() as found:
        yield found


@pytest.fixture
def folder(own_sample: Path, box: Box) -> Path:
    """A sample that mails one HTML file to two people by the server of the test."""
    return told(own_sample, box.port)


@pytest.fixture(scope="session")
def mailed_once(sample_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample whose first mail was sent. Do not write to it."""
    with mail_server() as box:
        folder = told(sample_copy(sample_dir, tmp_path_factory.mktemp("mailed") / "data"), box.port)
        assert list(sent(folder)) == ["mail"]
    return folder


@pytest.fixture
def mailed(mailed_once: Path, tmp_path: Path, box: Box) -> Path:
    """A copy of it, which mails by the server of the test."""
    return told(sample_copy(mailed_once, tmp_path / "data"), box.port)


def told(folder: Path, port: int, **more: object) -> Path:
    """Write [deliver] into a folder's settings."""
    said = {
        "mail_to": ["board@example.com", "ceo@example.com"],
        "mail_from": "Reliability <review@example.com>",
        "link": "https://review.example.com/review/",
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_security": "none",
        "attachments": ["html"],
        **more,
    }
    path = folder / "review.toml"
    before = path.read_text(encoding="utf-8").partition("\n[deliver]")[0]
    table = "".join(f"{key} = {json.dumps(value)}\n" for key, value in said.items())
    path.write_text(f"{before}\n[deliver]\n{table}", encoding="utf-8")
    return folder


def publish(folder: Path, *more: str) -> int:
    return main(["publish", "--data", str(folder), "--if-changed", "--mail", *more])


def sent(folder: Path, now: datetime = NOW, as_of: datetime | None = None) -> dict[str, tuple[str, ...]]:
    return deliver(open_workspace(folder, as_of), "Ann", now, None, True, None).sent


def promise_less(folder: Path) -> None:
    """Promise half of what the runbooks were promised at: what was not met is met."""
    path = folder / "review.toml"
    text = path.read_text(encoding="utf-8")
    start = text.index('kpi = "runbook_coverage_share"')
    end = text.index("goal =", start)
    line = text[end:].partition("\n")[0]
    assert "at_least" in line
    path.write_text(text[:end] + "goal = {at_least = 0.5}" + text[end + len(line) :], encoding="utf-8")


def owed(folder: Path, due: date) -> str:
    workspace = open_workspace(folder)
    return decide(
        Journal(folder),
        workspace.settings,
        workspace.as_of,
        question="What now?",
        chosen="Freeze features",
        owner="VP Engineering",
        due=due,
        decided_on=date(2025, 9, 1),
        about="availability",
        who="Ann",
    ).id


def test_a_mail_says_the_sentence_the_buckets_what_to_decide_and_where(folder: Path, box: Box) -> None:
    owed(folder, date(2025, 11, 10))
    assert publish(folder) == 0
    (mail,) = box.mails
    assert box.envelopes == [["board@example.com", "ceo@example.com"]]
    (frozen,) = frozen_reviews(Journal(folder))
    review = frozen.review
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert plain(review.headline) in text
    for bucket in review.buckets:
        assert (f"- {bucket.number} {bucket.name}\n" in text) == (bucket.number > 0)
    assert review.decisions and all(f"- {plain(line)}\n" in text for line in review.decisions)
    assert "example.com" not in frozen.texts["review.toml"], "whom it is sent to is not kept with a review"
    assert "Freeze features: VP Engineering, open, due 10 Nov 2025" in text
    assert f"https://review.example.com/review/?review={frozen.id}\n" in text
    assert "Northwind" in mail["Subject"] and mail["Auto-Submitted"] == "auto-generated"
    (attached,) = mail.iter_attachments()
    assert attached.get_content_type() == "text/html"
    assert attached.get_filename() == f"review-{frozen.id}.html"
    file = folder / attached.get_filename()
    file.write_text(attached.get_content(), encoding="utf-8")
    figures = verify(read_any(file), frozen, review, folder)
    assert figures and all(figure.agrees for figure in figures)


def test_every_kind_that_is_published_is_attached_where_none_is_chosen(own_sample: Path, box: Box) -> None:
    told(own_sample, box.port, attachments=[])
    assert publish(own_sample) == 0
    names = [part.get_filename() for part in box.mails[0].iter_attachments()]
    (frozen,) = frozen_reviews(Journal(own_sample))
    assert names == [f"review-{frozen.id}{suffix}" for suffix in KINDS]
    assert set(_READERS) <= set(KINDS), "what verify reads is made, and sent"


def test_an_audience_is_mailed_what_it_is_sent_and_nothing_else(mailed: Path, box: Box, tmp_path) -> None:
    out = tmp_path / "out"
    assert publish(mailed, "--audience", "product", "--out", str(out)) == 0
    (mail,) = box.mails
    frozen = frozen_reviews(Journal(mailed))[0]
    (attached,) = mail.iter_attachments()
    name = f"review-{frozen.id}-product.html"
    assert attached.get_filename() == name
    assert attached.get_content().replace("\r\n", "\n") == (out / name).read_text(encoding="utf-8")
    assert "list/gates/" in attached.get_content() and "list/customers/" not in attached.get_content()
    # Each audience is told of what changed since it was told last; the same one is not told twice.
    before = sorted(Path.cwd().iterdir())
    assert publish(mailed, "--audience", "product") == 0 == publish(mailed, "--audience", "support")
    assert sorted(Path.cwd().iterdir()) == before, "without --out it is sent only"
    assert len(box.mails) == 2
    (attached,) = box.mails[1].iter_attachments()
    assert "list/customers/" in attached.get_content() and "list/gates/" not in attached.get_content()
    command = ["publish", frozen.id, "--mail", "--audience", "board", "--data", str(mailed)]
    assert main([*command, "--out", str(out)]) == 0
    names = [part.get_filename() for part in box.mails[2].iter_attachments()]
    assert names == [f"review-{frozen.id}-board.pptx", f"review-{frozen.id}-board.html"]


def test_a_verdict_that_changed_is_named_with_the_word_before(mailed: Path, box: Box, capsys) -> None:
    folder = mailed
    assert publish(folder) == 0 and box.mails == []
    assert "nothing changed since" in capsys.readouterr().out
    assert len(frozen_reviews(Journal(folder))) == 1
    promise_less(folder)
    (why,) = sent(folder).values()
    assert len(why) == 1 and "reached so far, was not met" in why[0] and "unbook" in why[0]
    assert why[0].rstrip(".") in box.mails[0]["Subject"]
    assert sent(folder) == {}


def test_a_decision_is_reminded_of_before_its_day_and_once_it_is_late(mailed: Path, box: Box) -> None:
    folder = mailed
    name = owed(folder, date(2025, 11, 25))
    assert sent(folder) == {}, "eight days off"
    journal, settings, as_of = Journal(folder), load_settings(folder), open_workspace(folder).as_of
    near = owed(folder, date(2025, 11, 24))
    assert sent(folder) == {"mail": ("Due on 24 Nov 2025: Freeze features (VP Engineering).",)}
    assert sent(folder) == {}
    later = as_of + timedelta(days=8)
    said = sent(folder, as_of=later)["mail"]
    assert any(line.startswith("Past its day, 24 Nov 2025") for line in said)
    assert any(line.startswith("Due on 25 Nov 2025") for line in said), name
    follow(journal, settings, as_of, near, state="done", who="Ann")
    assert [d.state for d in decisions(journal) if d.id == near] == ["done"]
    assert not any("24 Nov" in line for line in sent(folder, as_of=later).get("mail", ()))


def test_a_source_that_went_stale_is_said_once(mailed: Path, box: Box) -> None:
    folder = mailed
    later = open_workspace(folder).as_of + timedelta(days=60)
    said = sent(folder, as_of=later)["mail"]
    stale = [line for line in said if line.startswith("Nothing new has arrived lately for")]
    assert stale
    assert not any(line in stale for line in sent(folder, as_of=later).get("mail", ()))


def test_exports_that_all_stopped_are_said_by_the_clock_of_the_machine(sample_dir: Path) -> None:
    workspace = open_workspace(sample_dir)
    organisation, as_of = workspace.settings.organisation, workspace.as_of
    assert "every export" not in standing(workspace, (), as_of + timedelta(days=14)).stale
    assert "every export" in standing(workspace, (), as_of + timedelta(days=15)).stale
    organisation = replace(organisation, as_of=as_of)
    fixed = replace(workspace, settings=replace(workspace.settings, organisation=organisation))
    assert "every export" not in standing(fixed, (), as_of + timedelta(days=400)).stale


def test_what_recovered_and_stops_again_is_news_again(mailed: Path, box: Box) -> None:
    folder = mailed
    late = owed(folder, date(2025, 11, 20))
    assert "mail" in sent(folder)
    journal, settings, as_of = Journal(folder), load_settings(folder), open_workspace(folder).as_of
    follow(journal, settings, as_of, late, state="done", who="Ann")
    assert sent(folder) == {}
    follow(journal, settings, as_of, late, state="open", who="Ann")
    assert sent(folder) == {"mail": ("Due on 20 Nov 2025: Freeze features (VP Engineering).",)}


def test_a_month_without_a_change_is_said_on_purpose_unless_unwanted(mailed: Path, box: Box) -> None:
    folder = mailed
    next_month = (NOW.replace(day=1) + timedelta(days=40)).replace(day=2)
    told(folder, box.port, monthly=False)
    assert sent(folder, next_month) == {}
    told(folder, box.port)
    (why,) = sent(folder, next_month)["mail"]
    assert why.startswith("Nothing changed since ")
    assert "Nothing changed since" in box.mails[0]["Subject"]


def test_a_promise_that_is_new_or_gone_is_said() -> None:
    before = Standing({"a": "met", "b": "missed"}, {"a": "A", "b": "B"})
    now = Standing({"a": "met", "c": "on pace"}, {"a": "A", "c": "C"})
    assert reasons(before, now, (), NOW) == [
        "C: a new promise, on pace.",
        "B: no longer among the promises.",
    ]
    assert reasons(now, now, (), NOW) == []


def test_a_mail_that_could_not_be_sent_is_sent_with_the_next_run(own_sample: Path, capsys) -> None:
    told(own_sample, free_port())
    assert publish(own_sample) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "cannot be reached" in said and "with the next run" in said
    with mail_server() as box:
        told(own_sample, box.port)
        assert publish(own_sample) == 0
        assert "twice" not in capsys.readouterr().err, "it is known not to have been sent"
        assert publish(own_sample) == 0
        assert len(box.mails) == 1
    assert len(frozen_reviews(Journal(own_sample))) == 1, "the review that waited is the one that is sent"


def test_killed_after_the_server_took_it_a_mail_is_sent_again_as_the_same_one(
    folder: Path, box: Box, capsys
) -> None:
    command = [
        sys.executable,
        "-m",
        "reliability",
        "publish",
        "--if-changed",
        "--mail",
        "--data",
        str(folder),
    ]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    box.after = lambda: os.kill(running.pid, signal.SIGKILL)
    assert running.wait(60) == -signal.SIGKILL
    box.after = None
    assert publish(folder) == 0
    assert "may arrive twice" in capsys.readouterr().err
    first, second = box.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert len(frozen_reviews(Journal(folder))) == 1
    assert publish(folder) == 0 and len(box.mails) == 2


def test_two_runs_at_once_send_one_mail(folder: Path, box: Box) -> None:
    inside: list[str] = []

    def other() -> None:
        with pytest.raises(ReliabilityError, match="another run is sending now"):
            sent(folder)
        inside.append("refused")

    box.after = other
    sent(folder)
    assert inside == ["refused"] and len(box.mails) == 1


def test_it_speaks_tls_and_logs_in(own_sample: Path, tmp_path: Path, monkeypatch) -> None:
    pair = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pair[0]))
    secret = tmp_path / "password"
    secret.write_text(f"{PASSWORD}\n")
    monkeypatch.setenv("RELIABILITY_SMTP_PASSWORD_FILE", str(secret))
    for security, implicit in (("starttls", False), ("tls", True)):
        with mail_server(pair, implicit) as box:
            told(own_sample, box.port, smtp_security=security, smtp_user=USER)
            name = frozen_reviews(Journal(own_sample))
            again = [
                "publish",
                "--data",
                str(own_sample),
                "--mail",
                *([name[0].id] if name else ["--if-changed"]),
            ]
            assert main(again) == 0
            assert box.encrypted == [True]


def test_a_server_that_refuses_is_one_line(own_sample: Path, tmp_path: Path, monkeypatch, capsys) -> None:
    pair = certificate(tmp_path)
    wrong = [
        ({"smtp_user": USER}, "wrong", True, "the server refused the login of 'review': 535"),
        ({"smtp_user": USER}, "", True, "the password of 'review' is missing"),
        ({"smtp_user": USER}, PASSWORD, False, "the server's certificate is not trusted: self"),
        ({"smtp_security": "tls"}, "", True, "the server does not speak TLS here"),
        ({"smtp_security": "none"}, "", True, "the server refused the sender or the size: 530"),
        ({"smtp_host": "nowhere.invalid"}, "", True, "there is no such host"),
    ]
    with mail_server(pair) as box:
        for more, password, trusted, said in wrong:
            monkeypatch.setenv("SSL_CERT_FILE", str(pair[0]) if trusted else os.devnull)
            monkeypatch.setenv("RELIABILITY_SMTP_PASSWORD", password)
            told(own_sample, box.port, **{"smtp_security": "starttls", **more})
            assert publish(own_sample) == 2
            error = capsys.readouterr().err
            assert said in error and error.count("\n") == 1 and "Traceback" not in error
            assert not password or password not in error.replace("login", "")
        assert box.mails == []
    with mail_server() as plain_box:
        told(own_sample, plain_box.port, smtp_security="starttls")
        assert publish(own_sample) == 2
        assert "the server does not offer STARTTLS" in capsys.readouterr().err
    assert len(frozen_reviews(Journal(own_sample))) == 1, "each run tried the same review"


def test_an_address_that_is_refused_does_not_keep_the_mail_from_the_others(folder, box, capsys) -> None:
    box.refuse = ("ceo@example.com",)
    assert publish(folder) == 1
    assert (
        "ceo@example.com was refused; the others received it: 550 no such mailbox" in capsys.readouterr().err
    )
    assert box.envelopes == [["board@example.com"]]
    assert publish(folder) == 0 and len(box.mails) == 1


def test_chats_are_told_and_one_that_fails_does_not_send_the_mail_twice(
    folder, box, monkeypatch, capsys
) -> None:
    heard: list[dict] = []

    class Chat(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    closed = f"json://127.0.0.1:{free_port()}/secret-token"
    monkeypatch.setenv("RELIABILITY_CHATS", closed)
    assert publish(folder) == 2
    said = capsys.readouterr().err
    assert "1 of the chats did not take the message" in said and "secret-token" not in said
    server = HTTPServer(("127.0.0.1", 0), Chat)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        monkeypatch.setenv("RELIABILITY_CHATS", f"json://127.0.0.1:{server.server_port}/x")
        assert publish(folder) == 0
        assert publish(folder) == 0
    finally:
        server.shutdown()
        server.server_close()
    assert len(box.mails) == 1 and len(heard) == 1
    (frozen,) = frozen_reviews(Journal(folder))
    assert heard[0]["title"] == box.mails[0]["Subject"]
    assert f"?review={frozen.id}" in heard[0]["message"]


def test_without_apprise_a_chat_is_one_line(folder: Path, box: Box, monkeypatch, capsys) -> None:
    monkeypatch.setenv("RELIABILITY_CHATS", "slack://a/b/c")
    monkeypatch.setitem(sys.modules, "apprise", None)
    assert publish(folder) == 2
    assert "Apprise is not installed" in capsys.readouterr().err
    assert len(box.mails) == 1, "the mail is not held up"


def test_files_are_written_only_when_something_changed(own_sample: Path, tmp_path: Path, capsys) -> None:
    command = ["publish", "--data", str(own_sample), "--if-changed", "--html", "--out", str(tmp_path / "out")]
    assert main(command) == 0 == main(command)
    (frozen,) = frozen_reviews(Journal(own_sample))
    assert [file.name for file in (tmp_path / "out").iterdir()] == [f"review-{frozen.id}.html"]
    assert "nothing changed since" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('mail_to = ["nobody"]', "'nobody' is no mail address"),
        ('mail_to = ["a@example.com"]', "mail_from is missing".replace("mail_from ", "")),
        ('smtp_password = "x"', "is a secret, and this file is not"),
        (
            'smtp_user = "a"\nsmtp_security = "none"',
            "would send a password that anybody along the way can read",
        ),
        ('link = "review.example.com"', "https://review.example.com/"),
        ('attachment = ["html"]', "Did you mean 'attachments'?"),
    ],
)
def test_settings_that_cannot_be_are_one_line(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "review.toml").write_text(f"[deliver]\n{line}\n", encoding="utf-8")
    with pytest.raises(ReliabilityError, match="review.toml, \\[deliver\\]") as error:
        load_settings(tmp_path)
    assert said in str(error.value) and "\n" not in str(error.value)


def test_nobody_to_send_it_to_and_a_form_that_is_none_are_one_line(
    own_sample: Path, box: Box, capsys
) -> None:
    assert publish(own_sample) == 2
    assert "names nobody to send it to" in capsys.readouterr().err
    told(own_sample, box.port, attachments=["docx"])
    assert publish(own_sample) == 2
    assert "nothing is published as 'docx'" in capsys.readouterr().err
