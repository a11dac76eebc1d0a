"""A published review: whole, self-contained, and every figure in it can be checked against what was frozen."""

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reliability.cli.main import main
from reliability.errors import ReliabilityError
from reliability.model import Filters
from reliability.publish.defined import definition_of, queries_of
from reliability.publish.plain_definitions import in_words, values_of
from reliability.publish.reading import read_published
from reliability.publish.stamp import stamp
from reliability.publish.writing import write_whole
from reliability.review.frozen import Frozen, freeze
from reliability.warehouse.workspace import open_workspace
from tests.sample import sample_copy
from tests.small_disk import small_disk


@pytest.fixture(scope="module")
def made(frozen: Frozen, data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("published") / "out"
    assert main(["publish", frozen.id, "--html", "--out", str(out), "--data", str(data_dir)]) == 0
    assert [path.name for path in out.iterdir()] == [f"review-{frozen.id}.html"]
    return out / f"review-{frozen.id}.html"


@pytest.fixture
def published(made: Path, tmp_path: Path) -> Path:
    """A published file of the test's own."""
    return Path(shutil.copy(made, tmp_path))


def test_it_is_one_small_file_that_asks_nothing_of_a_network_and_says_what_it_is(
    published: Path, frozen: Frozen
) -> None:
    text = published.read_text(encoding="utf-8")
    assert published.stat().st_size < 2_000_000
    assert not re.search(r"<(script|link|img|iframe)\b|\bsrc=|@import|url\(", text)
    for said in (
        frozen.id,
        frozen.data_version,
        "the whole company",
        "prefers-color-scheme: dark",
        "@media print",
    ):
        assert said in text
    assert "queries/kpis/p1_incidents.sql" in text
    charts = frozen.review.charts
    assert charts and text.count("<svg ") == len(charts), "each chart is drawn in the file itself"
    assert "opens its incidents" not in text, "nothing opens in a file"


def test_every_figure_of_a_card_is_found_in_it(published: Path, frozen: Frozen) -> None:
    found = dict(read_published(published).figures)
    assert len(found) == len(read_published(published).figures), "an id is given once"
    for card in frozen.review.cards:
        assert found[f"card/{card.id}/value"] == card.text
        if card.verdict:
            assert found[f"card/{card.id}/verdict"] == card.verdict.word
    assert found["headline"] == frozen.review.headline
    drawn = sum(len(line.points) for chart in frozen.review.charts for line in chart.lines)
    assert len([name for name in found if re.match(r"chart/.*/\d+/", name)]) == drawn


class _Uncarried(HTMLParser):
    """Texts with a digit that stand in no figure, by the tags above them; `td` is "td 1" in the first place of a row."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, set[str]] = {}
        self._open: list[tuple[str, bool]] = []
        self._cell = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._cell = 0 if tag == "tr" else self._cell + (tag == "td")
        if tag not in ("br", "meta", "col"):
            name = f"{tag} {self._cell}" if tag == "td" else tag
            self._open.append((name, any(key == "data-figure" for key, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("br", "meta", "col"):
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if re.search(r"\d", data) and not any(carries for _, carries in self._open):
            self.found.setdefault(self._open[-1][0], set()).add(data)


def test_every_number_of_the_page_carries_a_figure(published: Path, frozen: Frozen) -> None:
    """But for names (of the quarter, of figures, of rows), days, what the file is made from, and drawings' own words."""
    found = _Uncarried(published.read_text(encoding="utf-8")).found
    named = {"title", "style", "h1", "h3", "th", "td 1", "text", "summary", "pre", "p"}
    assert set(found) <= named, set(found) - named
    definitions = [definition_of(name, frozen) for name in queries_of(frozen)]
    values = values_of(frozen)
    said = {stamp(frozen), *(in_words(found[1], values) for found in definitions if found)}
    assert found["p"] <= said
    titles = {card.title for card in frozen.review.cards} | {found[0] for found in definitions if found}
    assert found["h3"] <= titles


def test_a_filtered_review_prints_its_filter(own_sample: Path, tmp_path: Path) -> None:
    workspace = open_workspace(own_sample)
    service = "identity"
    made = freeze(workspace, "2025-Q3", "Ann", filters=Filters(services=(service,)))
    assert main(["publish", made.id, "--html", "--out", str(tmp_path), "--data", str(own_sample)]) == 0
    assert f"For {service} ·" in (tmp_path / f"review-{made.id}.html").read_text(encoding="utf-8")


def test_verify_agrees_and_finds_an_edited_figure(
    published: Path, frozen: Frozen, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["verify", str(published), "--json", "--data", str(data_dir)]) == 0
    figures = json.loads(capsys.readouterr().out)["figures"]
    assert figures and all(figure["agrees"] and figure["then"] == figure["now"] for figure in figures)
    text = published.read_text(encoding="utf-8")
    element = re.search(r'<span data-figure="card/p1_incidents/value">([^<]*)</span>', text)
    assert element
    edited = element[0].replace(f">{element[1]}<", "><b>1</b>\n<br>234<")
    published.write_text(text.replace(element[0], edited), encoding="utf-8")
    assert main(["verify", str(published), "--data", str(data_dir)]) == 1
    said = capsys.readouterr().out
    assert "card/p1_incidents/value" in said
    assert f"1 differ from {frozen.id}, 0 restated since" in said


def test_line_breaks_and_spaces_of_another_editor_are_no_difference(published: Path, data_dir: Path) -> None:
    text = (
        published.read_text(encoding="utf-8").replace("\u00a0", "&nbsp;").replace("<span ", "\n  <span\n   ")
    )
    published.write_text(text, encoding="utf-8")
    assert main(["verify", str(published), "--data", str(data_dir)]) == 0


@pytest.mark.slow
def test_what_was_restated_since_is_listed_and_is_no_failure(
    published: Path, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own_sample = sample_copy(data_dir, tmp_path / "data")
    settings = own_sample / "review.toml"
    text = settings.read_text(encoding="utf-8")
    changed, times = re.subn(r'(?m)^name = ".*"', 'name = "Other"', text, count=1)
    assert times == 1
    assert "engage_minutes = 15" in changed
    settings.write_text(changed.replace("engage_minutes = 15", "engage_minutes = 5"), encoding="utf-8")
    assert main(["build", "--data", str(own_sample)]) == 0
    capsys.readouterr()
    assert main(["verify", str(published), "--json", "--data", str(own_sample)]) == 0
    figures = {figure["id"]: figure for figure in json.loads(capsys.readouterr().out)["figures"]}
    engaged = figures["card/engaged_within_target_share/value"]
    assert engaged["agrees"] and engaged["then"] != engaged["now"]


def test_what_was_changed_after_signing_is_no_restatement(
    own_sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sign", "p1-incidents", "--who", "ann@example.com", "--data", str(own_sample)]) == 0
    settings = own_sample / "review.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("goal = { change = -0.40 }\nshape", "goal = { change = -0.30 }\nshape"))
    made = freeze(open_workspace(own_sample), "2025-Q3", "Ann")
    assert any("Changed after signing" in line for line in made.review.warnings)
    assert main(["publish", made.id, "--html", "--out", str(tmp_path), "--data", str(own_sample)]) == 0
    capsys.readouterr()
    assert main(["verify", str(tmp_path / f"review-{made.id}.html"), "--data", str(own_sample)]) == 0
    assert f"0 differ from {made.id}, 0 restated since" in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"", b"<html><p>21</p></html>", b"\xff\xfe\x00PK"])
def test_a_file_that_is_none_is_one_clear_line(
    content: bytes, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.html"
    file.write_bytes(content)
    assert main(["verify", str(file), "--data", str(data_dir)]) == 2
    assert "is not a published review" in capsys.readouterr().err


def test_a_full_disk_is_one_clear_line_and_leaves_the_old_file_whole(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 64) as disk:
        write_whole([(disk / "a.html", "old")])
        with pytest.raises(ReliabilityError, match="cannot be written: No space left on device"):
            write_whole([(disk / "a.html", "x" * 200_000)])
        assert [(path.name, path.read_text(encoding="utf-8")) for path in disk.iterdir()] == [
            ("a.html", "old")
        ]


def test_a_place_that_is_no_folder_is_one_clear_line(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x", encoding="utf-8")
    with pytest.raises(ReliabilityError, match="cannot be written"):
        write_whole([(blocked / "a.html", "new")])
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
