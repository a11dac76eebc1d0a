"""The Publish button of a frozen review's page: every kind there is, made when asked for, and what hinders it said."""

import ctypes.util
import re
import sys
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from reliability.publish.any_file import KINDS, read_any
from reliability.publish.carried import carried
from reliability.publish.pdf import SYSTEM
from reliability.review.frozen import Frozen
from tests import debian
from tests.offered import Offered


def choose(app: Any, suffix: str) -> None:
    app.selectbox(key="publish-kind").select(suffix).run()
    assert not app.exception


def said(app: Any) -> str:
    return unescape(re.sub("<[^>]*>", " ", " ".join(element.body for element in app.get("html"))))


@pytest.mark.slow
@pytest.mark.parametrize("suffix", KINDS)
def test_every_kind_is_offered_and_says_what_was_frozen(
    suffix: str,
    frozen_sample: tuple[Path, Frozen],
    open_page: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if suffix == ".pdf" and not ctypes.util.find_library("pangoft2-1.0"):
        debian.install(*SYSTEM.split(), recommended=False)
        if not ctypes.util.find_library("pangoft2-1.0"):
            debian.leave_out("there is no Pango: PDF was not tested")
    folder, frozen = frozen_sample
    app = open_page(data_dir=folder, review=frozen.id)
    offered = Offered(monkeypatch)
    choose(app, suffix)
    ((name, data),) = offered.files.items()
    assert name == f"review-{frozen.id}{suffix}"
    assert callable(data), "a file is made when it is asked for, not whenever the page is shown"
    (tmp_path / name).write_bytes(data())
    read = read_any(tmp_path / name)
    assert read.review_id == frozen.id
    headlines = [" ".join(shown.split()) for figure, shown in read.figures if figure == "headline"]
    assert headlines and set(headlines) == {" ".join(carried(frozen.review)["headline"].split())}


def test_without_pango_the_page_says_what_to_install_and_offers_no_pdf(
    frozen_sample: tuple[Path, Frozen], open_page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, frozen = frozen_sample
    app = open_page(data_dir=folder, review=frozen.id)
    offered = Offered(monkeypatch)
    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)

    def nothing(_: object, name: str, *__: object) -> None:
        raise OSError(f"cannot load library '{name}'")

    monkeypatch.setattr("cffi.FFI.dlopen", nothing)
    choose(app, ".pdf")
    assert "apt-get install libpango-1.0-0" in said(app)
    assert offered.files == {}
    choose(app, ".html")
    assert "apt-get" not in said(app)
    assert len(offered.files) == 1


def test_a_template_that_is_gone_and_rows_that_are_lost_are_said_before_the_file_is_made(
    own_sample: Path, open_page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reliability.review.contents import Contents
    from reliability.review.frozen import freeze
    from reliability.warehouse.workspace import open_workspace

    frozen = freeze(open_workspace(own_sample), "2025-Q3", "Ann")
    with (own_sample / "review.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[publish]\ntemplate = "ours.pptx"\n')
    Contents(own_sample).path(frozen.entry.body["rows"]).unlink()
    app = open_page(data_dir=own_sample, review=frozen.id)
    offered = Offered(monkeypatch)
    choose(app, ".pptx")
    assert "ours.pptx" in said(app) and "Cannot be read: No such file" in said(app)
    choose(app, ".xlsx")
    assert "missing or damaged" in said(app)
    assert offered.files == {}


def test_who_is_not_signed_in_is_offered_nothing(
    frozen_sample: tuple[Path, Frozen], open_page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reliability.ui import visitor

    folder, frozen = frozen_sample
    monkeypatch.setattr(visitor, "present", lambda: None)
    offered = Offered(monkeypatch)
    app = open_page(data_dir=folder, review=frozen.id)
    assert "You are not signed in" in said(app)
    assert offered.files == {} and not app.selectbox
