"""What a person does with exports that nobody has seen before, in a real browser: each act, and what it does to a figure."""

from pathlib import Path

from playwright.sync_api import expect

from reliability.journal import Journal
from reliability.rulings import outages, quiet
from tests.build_folder import build_folder, table
from tests.test_gaps import NEW, OLD, SETTINGS
from tests.test_outage_decisions import ticket
from tests.test_same_outage import JIRA, paged, pagerduty

ROWS = [
    f"X{day},2025-07-{day:02d}T10:00:00Z,2025-07-{day:02d}T11:00:00Z,{'Ouch' if day % 2 else 'P3'},shop"
    for day in range(1, 9)
]
REGISTER = table("incident_id,opened_at,resolved_at,severity,service", *ROWS)
# Two sites write the same list under names of their own.
NORTH = table(
    "Störung Nr.,Beginn,Ende,Schwere,Was war los",
    *(f"N-{day},{day}.08.2025 10:00,{day}.08.2025 11:30,P1,Kasse steht" for day in range(13, 19)),
)
SOUTH = table(
    "Vorfall,Anfang,Ende,Schwere,Was war los",
    *(f"S-{day},{day}.09.2025 10:00,{day}.09.2025 11:30,P2,Lager offline" for day in range(13, 17)),
)


def headline(visitor) -> str:
    visitor.wait()
    return visitor.page.locator(".rl-headline").first.inner_text().replace("\N{NO-BREAK SPACE}", " ")


def sign(visitor, name: str) -> None:
    field = visitor.page.get_by_role("textbox", name="Your name").first
    field.fill(name)
    field.press("Enter")
    visitor.wait()


def write_as(visitor, name: str) -> None:
    """Say once in this session who changes exports, mappings and words."""
    field = visitor.page.get_by_placeholder("Your name").first
    field.fill(name)
    field.press("Enter")
    visitor.page.get_by_role("button", name=f"Writing as {name}").first.wait_for()
    visitor.wait()


def upload(visitor, **files: str) -> None:
    visitor.page.locator("input[type=file]").set_input_files(
        [{"name": f"{n}.csv", "mimeType": "text/csv", "buffer": t.encode()} for n, t in files.items()]
    )
    visitor.page.get_by_role("button", name="See what changes").click()


def test_a_word_for_a_severity_is_said_once_and_counts(visitors, serve, tmp_path: Path) -> None:
    build_folder(tmp_path, {"register.csv": REGISTER})
    with serve(tmp_path) as server:
        visitor = visitors(server)
        visitor.open("/data")
        page = visitor.page
        page.get_by_text("4 rows with a severity that nobody has explained").wait_for()
        visitor.wait()
        page.get_by_role("combobox", name="Ouch, 4 rows").click()
        page.get_by_role("option", name="P1, the worst").click()
        write_as(visitor, "Ana")
        page.locator(".st-key-severity-save button").click()
        page.get_by_text("4 rows with a severity that nobody has explained").wait_for(state="detached")
        visitor.wait()
        visitor.open("/incidents?quarter=2025-Q3")
        assert headline(visitor) == "8 incidents in 2025 Q3, 4 of them P1"
    assert "Ouch" in (tmp_path / "review.toml").read_text()


def test_files_are_looked_at_added_taken_back_and_removed(visitors, serve, tmp_path: Path) -> None:
    build_folder(tmp_path, {"register.csv": REGISTER})
    exports = tmp_path / "exports"
    more = table(
        "incident_id,opened_at,resolved_at,severity,service",
        "X9,2025-07-09T10:00:00Z,,P1,shop",
        ROWS[1].replace("P3", "P1"),
        "X10,never,,P1,shop",
    )
    with serve(tmp_path) as server:
        visitor = visitors(server)
        visitor.open("/data")
        page = visitor.page
        upload(visitor, more=more, nothing="Filiale,Umsatz\nNord,3\n")
        page.get_by_text("1 new, 1 updated").wait_for()
        visitor.wait()
        said = visitor.text.replace("\N{NO-BREAK SPACE}", " ")
        assert "2025 Q3 · P1 incidents: 0 → 2" in said
        assert "nothing.csv cannot be read yet" in said
        assert sorted(p.name for p in exports.iterdir()) == ["register.csv"], (
            "nothing changes before it is agreed"
        )
        write_as(visitor, "Ana")
        page.get_by_role("button", name="Add and rebuild").click()
        undo = page.get_by_role("button", name="Undo: added")
        undo.wait_for()
        visitor.wait()
        assert "Added more.csv. Not read yet: nothing.csv; map it below" in page.inner_text("body")
        undo.click()
        page.get_by_text("1 export, 8 rows read").wait_for()
        visitor.wait()
        assert sorted(p.name for p in exports.iterdir()) == ["register.csv"]

        upload(visitor, more=more)
        page.get_by_role("button", name="Add and rebuild").click()
        page.get_by_role("button", name="Undo: added more.csv").wait_for()
        visitor.wait()
        page.get_by_role("button", name="Remove a file").click()
        page.get_by_role("combobox", name="Files").click()
        page.get_by_role("option", name="more.csv").click()
        page.get_by_role("button", name="Remove and rebuild").click()
        back = page.get_by_role("button", name="Undo: removed more.csv")
        back.wait_for()
        visitor.wait()
        assert sorted(p.name for p in exports.iterdir()) == ["register.csv"]
        back.click()
        page.get_by_text("2 exports, 11 rows read").wait_for()
        visitor.wait()
        assert (exports / "more.csv").read_text() == more


def test_two_lists_of_other_names_are_read_by_one_mapping(visitors, serve, tmp_path: Path) -> None:
    build_folder(tmp_path, {"nord.csv": NORTH, "sued.csv": SOUTH})
    with serve(tmp_path) as server:
        visitor = visitors(server)
        visitor.open("/data?map=nord.csv")
        page = visitor.page
        page.get_by_role("button", name="Try it").click()
        page.get_by_text("6 of 6 rows would be kept").wait_for()
        visitor.wait()
        write_as(visitor, "Ana")
        page.get_by_role("button", name="Save and rebuild").click()
        page.get_by_text("Reads nord.csv.").wait_for()
        visitor.wait()
        visitor.open("/data?map=sued.csv")
        page.get_by_text("Say what its other columns are called in this file.").wait_for()
        page.get_by_role("button", name="Try it").click()
        page.get_by_text("4 of 4 rows would be kept").wait_for()
        visitor.wait()
        write_as(visitor, "Ana")
        page.get_by_role("button", name="Save and rebuild").click()
        page.get_by_text("Reads nord.csv and sued.csv.").wait_for()
        visitor.wait()
        visitor.open("/incidents?quarter=2025-Q3")
        assert headline(visitor) == "10 incidents in 2025 Q3, 6 of them P1"
    assert len(list((tmp_path / "mappings").iterdir())) == 1


def test_a_silence_is_called_quiet_and_its_quarter_becomes_a_zero(visitors, serve, tmp_path: Path) -> None:
    build_folder(tmp_path, {"2024.csv": OLD, "2026.csv": NEW}, SETTINGS)
    with serve(tmp_path) as server:
        visitor = visitors(server)
        visitor.open("/incidents?quarter=2025-Q2")
        assert not headline(visitor).startswith("No incident")
        visitor.open("/data")
        quiet_button = visitor.page.get_by_role("button", name="This was quiet").first
        expect(quiet_button).to_be_disabled()
        sign(visitor, "Ana")
        quiet_button.click()
        visitor.page.get_by_text("Said to be quiet").first.wait_for()
        visitor.wait()
        assert len(quiet.standing_in(Journal(tmp_path))) == 1
        visitor.page.get_by_text("372 days. Ana, ").first.wait_for()
        visitor.open("/incidents?quarter=2025-Q2")
        assert headline(visitor).startswith("No incident in 2025 Q2")


def test_two_pages_of_one_outage_are_joined_and_count_once(visitors, serve, tmp_path: Path) -> None:
    tickets = [ticket(26, "04/Jul/25 10:04 AM"), ticket(30, "25/Jul/25 09:00 AM")]
    build_folder(tmp_path, {"pd.json": pagerduty(paged(1, "04T10:00")), "jira.csv": table(JIRA, *tickets)})
    with serve(tmp_path) as server:
        visitor = visitors(server)
        visitor.open("/incidents?quarter=2025-Q3")
        assert headline(visitor).startswith("3 incidents in 2025 Q3")
        visitor.open("/chronic-issues?quarter=2025-Q3")
        page = visitor.page
        page.get_by_text("One outage in two tools").click()
        page.get_by_text("1 pair of 2025 Q3 may be one outage in two tools, counted twice").wait_for()
        expect(page.get_by_role("button", name="Same outage")).to_be_disabled()
        sign(visitor, "Ana")
        page.get_by_role("button", name="Same outage").click()
        page.get_by_text("are one outage. Ana").wait_for()
        visitor.wait()
        page.get_by_role("button", name="Bring them in").click()
        page.get_by_role("button", name="Bring them in").wait_for(state="detached")
        visitor.wait()
        assert len(outages.standing_in(Journal(tmp_path))) == 1
        visitor.open("/incidents?quarter=2025-Q3")
        assert headline(visitor).startswith("2 incidents in 2025 Q3")
