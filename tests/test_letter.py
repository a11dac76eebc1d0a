"""The letter to an account: worked out by hand from a data folder of five incidents."""

import ctypes.util
import json
import re
from datetime import UTC, datetime
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from reliability.cli.main import main
from reliability.publish.pdf import SYSTEM
from reliability.review.letter import minutes_hit
from tests import debian
from tests.build_folder import build_folder
from tests.offered import Offered
from tests.test_gaps import HEADER as COLUMNS
from tests.test_gaps import NEW, OLD

INCIDENTS = """incident_id,opened_at,severity,status,title,service,resolved_at,problem_id
I-1,2025-06-30T22:00:00Z,P1,resolved,Night,mail,2025-07-01T02:00:00Z,
I-2,2025-08-01T10:00:00Z,P1,resolved,Checkout down,api,2025-08-01T12:00:00Z,PRB1
I-3,2025-08-01T11:00:00Z,P1,resolved,Checkout down again,api,2025-08-01T13:00:00Z,PRB1
I-4,2025-08-05T09:00:00Z,P2,resolved,"Dear Anna Smith, <b>slow</b>: +49 30 1234567",search,2025-08-05T10:00:00Z,
I-5,2025-08-07T09:00:00Z,P1,resolved,Only the other one,search,2025-08-07T19:00:00Z,
I-6,2025-10-10T09:00:00Z,P1,resolved,After it,search,2025-10-10T10:00:00Z,
"""
HITS = "incident_id,account_id\nI-1,A1\nI-2,A1\nI-3,A1\nI-4,A1\nI-5,A2\nI-6,A1\nI-5,A3\n"
ACCOUNTS = "account_id,name,segment,annual_value\nA1,Fir & Co,Enterprise,1000\nA2,Other Ltd,Enterprise,1000\nA3,eve@fir.example,,\n"
CHANGES = """change_id,title,kind,service,requested_at,merged_at,released_at
C-1,PRB1: a larger pool,remediation,api,2025-08-20T09:00:00Z,2025-08-30T09:00:00Z,2025-09-01T10:00:00Z
"""
ROADMAP = """item_id,title,owner,quarter,service,released_at,expected_mttr_change,expected_repeat_change
R-1,Two pools instead of one,Eve Owner,2025-Q4,api,,,-0.2
"""
SETTINGS = '[organisation]\nname = "Hand"\ntime_zone = "UTC"\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("letter")
    (made / "exports").mkdir()
    files = {
        "incidents": INCIDENTS,
        "hits": HITS,
        "accounts": ACCOUNTS,
        "changes": CHANGES,
        "roadmap": ROADMAP,
    }
    for name, text in files.items():
        (made / "exports" / f"{name}.csv").write_text(text, encoding="utf-8")
    (made / "review.toml").write_text(SETTINGS, encoding="utf-8")
    assert main(["build", "--data", str(made)]) == 0
    return made


def written(folder: Path, to: Path, *more: str) -> str:
    assert (
        main(["letter", "A1", "--quarter", "2025-Q3", "--html", str(to), *more, "--data", str(folder)]) == 0
    )
    return to.read_text(encoding="utf-8")


def plain(page: str) -> str:
    text = unescape(re.sub("<[^>]*>", " ", page.split("</style>")[1]))
    return " ".join(text.split())


def test_it_says_what_hit_the_account_for_how_long_what_ended_it_and_what_is_promised(
    folder: Path, tmp_path: Path
) -> None:
    text = plain(written(folder, tmp_path / "a.html"))
    assert "Hand to Fir & Co: 2025 Q3" in text
    assert "4 incidents hit you, 3 of them P1; all of them are over" in text
    # Two hours of I-1 lie in the quarter, I-2 and I-3 are three hours together: 300 of 132 480 minutes.
    assert "Your availability 99.77 %" in text
    assert "5 h were hit." in text
    assert (
        "30 Jun 2025 P1 I-1 Night mail 4 h Over on 1 Jul 2025. No fix of its cause is recorded since." in text
    )
    assert (
        "1 Aug 2025 P1 I-2 Checkout down api 2 h Over on 1 Aug 2025. Fixed by C-1, PRB1: a larger pool (1 Sep 2025)."
        in text
    )
    assert "What is promised Two pools instead of one (2025-Q4)" in text
    assert "I-6" not in text, "it opened after the quarter"


def test_no_person_and_no_other_account_stands_in_it(folder: Path, tmp_path: Path) -> None:
    page = written(folder, tmp_path / "a.html")
    text = plain(page)
    assert "Dear [name], <b>slow</b>: [phone]" in text
    assert "<b>slow</b>" not in page, "what an export says is text, not markup"
    for hidden in ("Anna", "1234567", "Eve Owner", "A2", "Other Ltd", "I-5"):
        assert hidden not in page


def letter_of(folder: Path, quarter: str, incidents: dict[str, str], hits: str) -> str:
    """The letter to A1 from exports of these incidents, as text."""
    files = {f"{name}.csv": text for name, text in incidents.items()}
    build_folder(
        folder, {**files, "hits.csv": f"incident_id,account_id\n{hits}", "acc.csv": ACCOUNTS}, SETTINGS
    )
    to = folder / "a.html"
    assert main(["letter", "A1", "--quarter", quarter, "--html", str(to), "--data", str(folder)]) == 0
    return plain(to.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("blank", "among"),
    [(3, "severity unknown for all of them"), (1, "2 of them P1, severity unknown for 1")],
)
def test_an_unknown_severity_is_not_told_as_no_p1(tmp_path: Path, blank: int, among: str) -> None:
    rows = "".join(
        f"I-{n},2025-0{n}-02T10:00:00Z,{'' if n - 6 <= blank else 'P1'},2025-0{n}-02T11:00:00Z\n"
        for n in (7, 8, 9)
    )
    old = (
        "I-0,2025-06-01T10:00:00Z,P1,2025-06-01T11:00:00Z\nI-4,2025-10-09T10:00:00Z,P1,2025-10-09T11:00:00Z\n"
    )
    text = letter_of(tmp_path, "2025-Q3", {"a": f"{COLUMNS}\n{rows}{old}"}, "I-7,A1\nI-8,A1\nI-9,A1\n")
    assert f"3 incidents hit you, {among}; all of them are over" in text
    of = "1 incident" if blank == 1 else "3 incidents"
    assert f"Your availability not known Not known: the severity of {of} is not recorded." in text


@pytest.mark.parametrize("quarter", ["2025-Q2", "2024-Q2"], ids=["in a gap", "before the first record"])
def test_a_time_that_nobody_recorded_is_not_told_as_available(tmp_path: Path, quarter: str) -> None:
    text = letter_of(tmp_path, quarter, {"2024": OLD, "2026": NEW}, "A0,A1\nB0,A1\n")
    assert "Your availability not known Not known: the records do not cover all of this time." in text


def with_pango() -> None:
    if not ctypes.util.find_library("pangoft2-1.0"):
        debian.install(*SYSTEM.split(), recommended=False)
        if not ctypes.util.find_library("pangoft2-1.0"):
            debian.leave_out("there is no Pango: PDF was not tested")


def test_an_account_that_is_named_after_a_person_is_masked(folder: Path, tmp_path: Path) -> None:
    to = tmp_path / "a.html"
    assert main(["letter", "A3", "--quarter", "2025-Q3", "--html", str(to), "--data", str(folder)]) == 0
    page = to.read_text(encoding="utf-8")
    assert "Hand to [e-mail]: 2025 Q3" in plain(page) and "eve@" not in page


def test_the_page_of_an_account_gives_the_letter_of_its_quarter(
    folder: Path, tmp_path: Path, open_page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_pango()
    offered = Offered(monkeypatch)
    app = open_page("customers", data_dir=folder, account="A1", quarter="2025-Q3", service="search")
    ((name, data),) = offered.files.items()
    assert name == "letter-a1-2025-Q3.html"
    assert callable(data), "a letter is made when it is asked for, not whenever the page is shown"
    assert data().decode() == written(folder, tmp_path / "a.html"), "whatever the page is filtered to"
    offered.files.clear()
    app.selectbox(key="letter-kind").select(".pdf").run()
    assert not app.exception
    ((name, data),) = offered.files.items()
    assert name == "letter-a1-2025-Q3.pdf"
    (tmp_path / name).write_bytes(data())
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(tmp_path / name).pages)
    assert "HandtoFir&Co" in text and "99.77%" in text


def test_it_is_made_as_pdf_too(folder: Path, tmp_path: Path) -> None:
    with_pango()
    written(folder, tmp_path / "a.html", "--pdf", str(tmp_path / "a.pdf"))
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(tmp_path / "a.pdf").pages)
    assert "4incidentshityou,3ofthemP1" in text and "99.77%" in text


def test_an_account_that_nobody_names_and_no_file_are_one_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to = tmp_path / "none.html"
    assert main(["letter", "A9", "--html", str(to), "--data", str(folder)]) == 2
    said = capsys.readouterr().err
    assert "no account 'A9' is known" in said and len(said.strip().splitlines()) == 1
    assert not to.exists()
    assert main(["letter", "A1", "--data", str(folder)]) == 2
    assert "Name a file: --html FILE or --pdf FILE." in capsys.readouterr().err


def at(hour: int) -> datetime:
    return datetime(2025, 8, 1, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("spans", "minutes"),
    [
        ([], 0),
        ([(8, 9), (8, 9)], 60),
        ([(10, 12), (8, 11)], 240),
        ([(8, 16), (9, 10), (15, 17)], 540),
        ([(1, 7), (5, 7)], 60),
        ([(19, 23), (1, 2)], 60),
    ],
)
def test_what_overlaps_counts_once_and_only_in_the_window(
    spans: list[tuple[int, int]], minutes: float
) -> None:
    assert minutes_hit([(at(a), at(b)) for a, b in spans], at(6), at(20)) == minutes


def test_account_and_file_are_named_as_options_too_and_the_json_states_the_digest(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    same = written(folder, tmp_path / "a.html")
    capsys.readouterr()
    to = tmp_path / "b.HTML"
    asked = ["letter", "--account", "A1", "--quarter", "2025-Q3", "--data", str(folder)]
    assert main([*asked, "--out", str(to), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert to.read_text(encoding="utf-8") == same
    assert told["account"] == "A1"
    assert told["files"] == [{"file": str(to), "sha256": sha256(to.read_bytes()).hexdigest()}]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--out", "a.txt", "--account", "A1"], "ends in .html or .pdf"),
        (["--out", "a.html", "--html", "b.html", "--account", "A1"], "choose one"),
        (["--out", "a.html"], "Name one account"),
        (["--out", "a.html", "A2", "--account", "A1"], "Name one account"),
    ],
)
def test_what_names_no_account_or_no_one_file_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    more: list[str], said: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(["letter", *more, "--data", str(folder)]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
