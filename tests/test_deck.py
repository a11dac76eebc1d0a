"""The deck of a frozen review: in LibreOffice it opens, stays inside its boxes, and every figure is found again."""

import json
import re
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pptx import Presentation
from pptx.util import Inches

from reliability.cli.main import main
from reliability.publish.carried import carried
from reliability.publish.defined import definition_of
from reliability.publish.plain_definitions import in_words, values_of
from reliability.publish.powerpoint_reading import shown as slides_of
from reliability.review.frozen import Frozen
from tests.debian import needed
from tests.sample import sample_copy

pytestmark = pytest.mark.slow

CUSTOMER = "Deck Template Ltd"


def frozen_figures(frozen: Frozen) -> dict[str, str]:
    return carried(frozen.review)


@pytest.fixture(scope="module")
def made(frozen: Frozen, data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("deck") / "review.pptx"
    assert main(["publish", frozen.id, "--deck", str(file), "--data", str(data_dir)]) == 0
    return file


@pytest.fixture(scope="module")
def saved(made: Path) -> Path:
    """The folder where LibreOffice saved the deck again, and as PDF: both in one start of it."""
    office = needed("loimpress", "libreoffice-impress")  # soffice alone may know no slides
    needed("pdftotext", "poppler-utils")
    out = made.parent / "saved"
    own = f"-env:UserInstallation=file://{made.parent}/profile"
    for kind in ("pptx", "pdf"):
        convert = [office, "--headless", own, "--convert-to", kind, "--outdir", str(out), str(made)]
        subprocess.run(convert, check=True, timeout=170, capture_output=True)
    return out


def test_each_bucket_names_as_many_promises_as_it_counts(frozen: Frozen) -> None:
    review = frozen.review
    counted = {bucket.name: bucket.number for bucket in review.buckets}
    assert sum(counted.values()) == len(review.promises) > 10
    named = Counter(promise.bucket for promise in review.promises)
    assert {name: n for name, n in counted.items() if n} == dict(named)


def slides(file: Path) -> list[Any]:
    return list(Presentation(str(file)).slides)


def test_every_slide_has_notes_with_what_its_figures_are(made: Path, frozen: Frozen) -> None:
    """Beside what it was made from: a definition, or the ids of its figures; a promise's also window, n and interval."""
    promises = {one.id: one for one in frozen.review.promises}
    for number, slide in enumerate(slides(made), start=1):
        notes = slide.notes_slide.notes_text_frame.text
        own = [line for line in notes.splitlines() if line and frozen.id not in line]
        assert own, number
        for shape in slide.shapes:
            found = re.fullmatch(r"figure: promise/(.*)/verdict", shape.name)
            if not found:
                continue
            promise = promises[found[1]]
            title, text = definition_of(f"kpis/{promise.kpi}", frozen) or ("", "")
            text = in_words(text, values_of(frozen))
            said = [f"Definition: {title}. {text}", f"Window: {promise.window} [promise/{promise.id}/window]"]
            if promise.n is not None:
                said.append(
                    f"n: {frozen_figures(frozen)[f'promise/{promise.id}/n']} [promise/{promise.id}/n]"
                )
            if promise.interval:
                said.append(f"90 % interval: {promise.interval} [promise/{promise.id}/interval]")
            for line in said:
                assert line in own, (number, line)
            definitions = [line for line in own if line.startswith("Definition: ")]
            assert len(definitions) >= 1
        if any(shape.has_chart or shape.name.startswith("figures: list/c") for shape in slide.shapes):
            assert any(line.startswith("Definition: ") for line in own), number


def test_no_slide_and_no_note_shows_signs_of_sql(made: Path) -> None:
    said = [slide.notes_slide.notes_text_frame.text for slide in slides(made)]
    for slide in slides(made):
        for shape in slide.shapes:
            said += [shape.text_frame.text] if shape.has_text_frame else []
            said += [c.text for row in shape.table.rows for c in row.cells] if shape.has_table else []
    whole = "\n".join(said)
    assert re.findall(r"\$\w+|`|\bNULL\b", whole) == []
    assert "NPS responses: no score" in whole and "nps_responses" not in whole
    assert re.findall(r"\b(?:as_of|year_\w*|all_\w*|gap_minutes|account_spread)\b", whole) == []
    # The time to engage is that of the settings the review was made from.
    assert "a responder engaged at most 15 minutes after detection" in whole


def test_every_number_on_a_slide_carries_a_figure(made: Path, frozen: Frozen) -> None:
    of_the_deck = ("stamp", "slide number", "definitions")
    period = f"{frozen.review.organisation}: {frozen.review.period.label}"
    known = frozen_figures(frozen)
    checked = 0
    for number, slide in enumerate(slides(made), start=1):
        notes = slide.notes_slide.notes_text_frame.text
        for shape in slide.shapes:
            if shape.name in of_the_deck or shape.has_chart or shape.has_table:
                continue
            text = shape.text_frame.text
            if not re.search(r"\d", text.replace(period, "")):
                continue
            name = shape.name.removeprefix("figure: ")
            assert shape.name != name and words(known[name]) == words(text), (number, shape.name, text)
            if shape == slide.shapes.title:
                assert f"Title [{name}]" in notes, "LibreOffice names titles anew"
            checked += 1
        for shape in slide.shapes:
            if shape.has_table and shape.name not in of_the_deck:
                assert shape.name.startswith("figures: ")
            if shape.has_chart:
                assert shape.name.startswith("figure: chart/")
    assert checked > 100


def test_on_a_picture_of_each_slide_nothing_is_drawn_outside_of_a_box(made: Path, saved: Path) -> None:
    """16:9, not blank, and where no shape is there is only the background."""
    pdftoppm = needed("pdftoppm", "poppler-utils")
    subprocess.run(
        [pdftoppm, "-png", "-r", "72", str(saved / "review.pdf"), str(saved / "slide")],
        check=True,
        timeout=170,
    )
    pictures = sorted(saved.glob("slide-*.png"))
    file = Presentation(str(made))
    assert len(pictures) == len(file.slides)
    for number, (slide, path) in enumerate(zip(file.slides, pictures, strict=True), start=1):
        pixels = np.asarray(Image.open(path).convert("L"), dtype=int)
        height, width = pixels.shape
        assert abs(width * 9 - height * 16) <= 16, number
        drawn = pixels < 250
        assert drawn.mean() > 0.002, f"slide {number} is blank"
        for shape in slide.shapes:
            # A pixel or two beside a box are the smooth edges of letters and bars.
            left = int(shape.left / file.slide_width * width) - 2
            right = int((shape.left + shape.width) / file.slide_width * width) + 3
            top = int(shape.top / file.slide_height * height) - 2
            bottom = int((shape.top + shape.height) / file.slide_height * height) + 3
            box = drawn[max(top, 0) : bottom, max(left, 0) : right]
            if shape.has_chart or shape.has_table or (shape.has_text_frame and shape.text_frame.text.strip()):
                assert box.any(), (number, shape.name)
            box[:] = False
        rows, columns = np.nonzero(drawn)
        assert not rows.size, (number, list(zip(rows[:5], columns[:5], strict=True)))


def words(text: str) -> str:
    return "".join(text.split())


def test_it_holds_what_a_board_is_shown_and_its_charts_can_be_edited(made: Path, frozen: Frozen) -> None:
    review = frozen.review
    shown = slides(made)
    with zipfile.ZipFile(made) as held:
        names = held.namelist()
    assert not [name for name in names if name.startswith("ppt/media/")], "no chart is a picture"
    assert len([n for n in names if n.startswith("ppt/charts/chart")]) == len(
        [n for n in names if n.startswith("ppt/embeddings/")]
    ), "each chart has the sheet that it is edited by"
    by_slide = [{shape.name: shape for shape in slide.shapes} for slide in shown]
    every = {name for one in by_slide for name in one}
    for bucket in review.buckets:
        assert f"figure: bucket/{bucket.name}" in every
    for question in review.questions:
        assert f"figure: question/{question.id}/title" in every
    assert {"figures: list/customers", "figures: list/chronic", "figures: list/gates", "definitions"} <= every
    assert review.left_out and "figures: left out" in every
    assert review.how_sure
    assert {f"figure: how sure/{place}" for place in range(len(review.how_sure))} <= every
    attention = [promise for promise in review.promises if promise.tone == "concern"]
    assert len(attention) == 8
    for promise in review.promises:
        own = [one for one in by_slide if f"figure: promise/{promise.id}/verdict" in one]
        assert len(own) == 1
        if promise not in attention:
            continue
        assert promise.chart
        charts = [shape.chart for shape in own[0].values() if shape.has_chart]
        assert len(charts) == 1
        lines = {series.name: list(series.iter_values()) for series in charts[0].plots[0].series}
        assert any(name.startswith("goal") for name in lines)
        with_range = any(point.low is not None for point in promise.chart.lines[0].points)
        assert any(name.endswith(": low") for name in lines) == with_range
        last = [point.value for point in promise.chart.lines[0].points if point.value is not None][-1]
        assert last in [value for values in lines.values() for value in values]
        # The finding is the title; beside the chart stand the facts, and the cause by name.
        slide = shown[by_slide.index(own[0])]
        assert words(slide.shapes.title.text_frame.text) == words(promise.chart.title)
        facts = [f"promise/{promise.id}/{what}" for what in ("figure", "goal", "before", "sentence", "cause")]
        assert {f"figure: {name}" for name in facts if name in frozen_figures(frozen)} <= set(own[0])
    others = [one.id for one in review.promises if one not in attention]
    together = [
        held for one in by_slide if (held := [i for i in others if f"figure: promise/{i}/verdict" in one])
    ]
    assert [len(held) for held in together] == [len(others[n : n + 6]) for n in range(0, len(others), 6)]
    assert sorted(promise for held in together for promise in held) == sorted(others)


def test_stretches_and_moments_of_the_pages_are_lines_of_the_deck(made: Path) -> None:
    charts = {
        name: {one.name: one.points for one in series}
        for slide in slides_of(made)
        for name, series in slide.charts
    }
    (weekly,) = [lines for name, lines in charts.items() if "chart/p1_incidents_weekly " in name]
    # Day 45658 of a spreadsheet is 1 Jan 2025; the bad quarter was 20 May to 17 Aug, the freeze began after it.
    (bad,) = [points for name, points in weekly.items() if name.startswith("band: The bad quarter")]
    assert [round(day) for day, _ in bad[:2]] == [45_658 + 139, 45_658 + 229]
    assert "band: baseline" in weekly
    (freeze,) = [points for name, points in weekly.items() if name.startswith("mark: freeze")]
    assert [round(day) for day, _ in freeze] == [45_658 + 229] * 2
    assert freeze[0][1] == 0 and freeze[1][1] == bad[0][1], "from the axis to above the course"


def test_every_slide_says_what_it_was_made_from_and_notes_hold_definition_window_n_and_interval(
    made: Path, frozen: Frozen
) -> None:
    for slide in slides(made):
        said = next(shape.text_frame.text for shape in slide.shapes if shape.name == "stamp")
        for part in ("For the whole company", "as of ", frozen.data_version, frozen.id):
            assert part in said
            assert part in slide.notes_slide.notes_text_frame.text
    promise = next(one for one in frozen.review.promises if one.id == "alerts")
    notes = next(
        slide.notes_slide.notes_text_frame.text
        for slide in slides(made)
        if any(shape.name == "figure: promise/alerts/verdict" for shape in slide.shapes)
    )
    assert "Definition: Alerts that needed action. Actionable alerts as a share" in notes
    assert f"Window: {promise.window} [promise/alerts/window]" in notes
    assert "n: 1" in notes and "[promise/alerts/n]" in notes
    assert f"90 % interval: {promise.interval} [promise/alerts/interval]" in notes


def test_boxes_lie_on_the_slide_and_do_not_overlap(made: Path) -> None:
    file = Presentation(str(made))
    assert file.slide_width * 9 == file.slide_height * 16
    for number, slide in enumerate(file.slides, start=1):
        boxes = [
            (shape.left, shape.top, shape.left + shape.width, shape.top + shape.height, shape.name)
            for shape in slide.shapes
        ]
        for place, (left, top, right, bottom, name) in enumerate(boxes):
            assert left >= 0 and top >= 0, (number, name)
            assert right <= file.slide_width and bottom <= file.slide_height, (number, name)
            for other in boxes[place + 1 :]:
                apart = right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
                assert apart, (number, name, other[4])


def _printed(pdf: Path) -> Iterator[list[tuple[float, float, float, float, str]]]:
    """The words of each page with their edges, as shares of its width and height."""
    text = subprocess.run(
        ["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True, text=True
    ).stdout
    for page in text.split("<page ")[1:]:
        size = re.match(r'width="([\d.]+)" height="([\d.]+)"', page)
        assert size
        width, height = float(size[1]), float(size[2])
        found = re.findall(
            r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>', page
        )
        yield [
            (float(a) / width, float(b) / height, float(c) / width, float(d) / height, w)
            for a, b, c, d, w in found
        ]


def test_libreoffice_shows_every_text_inside_its_box(made: Path, saved: Path) -> None:
    file = Presentation(str(made))
    pages = list(_printed(saved / "review.pdf"))
    assert len(pages) == len(file.slides)
    checked = 0
    for number, (slide, page) in enumerate(zip(file.slides, pages, strict=True), start=1):
        for shape in slide.shapes:
            if not shape.has_text_frame or not shape.text_frame.text:
                continue
            x, y = shape.left / file.slide_width, shape.top / file.slide_height
            right, bottom = x + shape.width / file.slide_width, y + shape.height / file.slide_height
            # The edges of a word are those of its font above and below: its middle says in which line it stands.
            inside = [
                word[4]
                for word in page
                if x - 0.004 <= word[0]
                and word[2] <= right + 0.004
                and y <= (word[1] + word[3]) / 2 <= bottom
            ]
            text = (
                words(shape.text_frame.text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            )
            assert words("".join(inside)).replace("&quot;", '"') == text, (number, shape.name)
            checked += 1
        # Tables may have grown: nothing of them reaches the line at the foot.
        foot = next(shape for shape in slide.shapes if shape.name == "stamp").top / file.slide_height
        assert not [word for word in page if word[1] < foot - 0.004 and word[3] > foot + 0.004], number
    assert checked > 200


def test_verify_agrees_with_it_as_made_and_as_saved_by_libreoffice(
    made: Path, saved: Path, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = []
    for file in (made, saved / "review.pptx"):
        capsys.readouterr()
        assert main(["verify", str(file), "--json", "--data", str(data_dir)]) == 0, file
        found.append({one["id"] for one in json.loads(capsys.readouterr().out)["figures"]})
    assert len(found[0]) > 500
    assert found[1] == found[0], "LibreOffice loses none"


def test_what_somebody_edited_is_named_with_its_slide(
    made: Path, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Presentation(str(made))
    edited = {}
    for number, slide in enumerate(file.slides, start=1):
        for shape in slide.shapes:
            if shape.name == "figure: bucket/missed":
                shape.text_frame.paragraphs[0].runs[0].text = "2"
                edited["bucket/missed"] = (f"slide {number}", "2")
            if shape.name == "figures: list/customers":
                shape.table.cell(1, 2).text = "1"
                account = " ".join(shape.table.cell(1, 0).text.split())
                edited[f"list/customers/{account}/P1s"] = (f"slide {number}", "1")
            if shape.has_chart and "path-alerts" in shape.name:
                point = shape.chart._chartSpace.xpath(".//c:ser[1]//c:yVal//c:pt[last()]/c:v")[0]
                point.text = "0.99"
                edited["chart/path-alerts/0/2025-09-30T22:00:00+00:00"] = (f"slide {number}", "99\u00a0%")
    copy = tmp_path / "edited.pptx"
    file.save(str(copy))
    capsys.readouterr()
    assert main(["verify", str(copy), "--json", "--data", str(data_dir)]) == 1
    figures = json.loads(capsys.readouterr().out)["figures"]
    assert {one["id"]: (one["where"], one["shown"]) for one in figures if not one["agrees"]} == edited
    assert len(edited) == 3


def test_an_organisations_template_gives_the_look_and_a_wrong_one_is_one_clear_line(
    frozen: Frozen, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = sample_copy(data_dir, tmp_path / "data")
    template = Presentation()
    template.slide_width, template.slide_height = Inches(10), Inches(5.625)
    logo = (
        template.slide_master.shapes.add_textbox
        if hasattr(template.slide_master.shapes, "add_textbox")
        else None
    )
    assert logo is None
    template.slide_master.name = CUSTOMER
    template.slides.add_slide(template.slide_layouts[0]).shapes.title.text = "An old slide"
    template.save(str(own / "look.pptx"))
    settings = own / "review.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f'{text}\n[publish]\ntemplate = "look.pptx"\n', encoding="utf-8")
    file = tmp_path / "own.pptx"
    assert main(["publish", frozen.id, "--deck", str(file), "--data", str(own)]) == 0
    found = Presentation(str(file))
    assert found.slide_master.name == CUSTOMER
    assert found.slide_width == Inches(10)
    texts = [
        shape.text_frame.text for slide in found.slides for shape in slide.shapes if shape.has_text_frame
    ]
    assert "An old slide" not in texts and frozen.review.headline in texts
    assert max(shape.left + shape.width for slide in found.slides for shape in slide.shapes) <= Inches(10)
    for content in (b"no deck", None):
        if content is None:
            (own / "look.pptx").unlink()
        else:
            (own / "look.pptx").write_bytes(content)
        capsys.readouterr()
        assert main(["publish", frozen.id, "--deck", str(tmp_path / "b.pptx"), "--data", str(own)]) == 2
        said = capsys.readouterr().err
        assert "look.pptx" in said and "[publish] template" in said and "Traceback" not in said
        assert not (tmp_path / "b.pptx").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no file", b"<html>"])
def test_a_file_that_is_no_deck_is_one_clear_line(
    content: bytes, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.pptx"
    file.write_bytes(content)
    assert main(["verify", str(file), "--data", str(data_dir)]) == 2
    assert "is not a published review" in capsys.readouterr().err
