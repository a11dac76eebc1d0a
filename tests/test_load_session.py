"""The load client against the real server: it must see what a browser sees, or its times mean nothing."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.load.session import Answer, Session
from benchmarks.measure import quantile
from reliability.ui.navigation import FOLDER, SECTIONS
from tests.browser.server import serving

pytestmark = pytest.mark.slow


@pytest.mark.slow
def test_a_session_is_shown_the_pages_and_can_change_filters_without_an_error(
    sample_dir: Path, tmp_path: Path
) -> None:
    async def visit(port: int) -> None:
        session = Session(port, seed=1)
        opened = await session.open()
        assert not opened.error
        assert opened.first_seconds is not None and opened.first_seconds <= opened.seconds
        assert opened.received > 10_000
        entries = [entry for entries in SECTIONS.values() for entry in entries]
        assert set(session.pages.values()) == {e.url for e in entries if (FOLDER / f"{e.script}.py").exists()}
        for action in ("filter", "page", "filter"):
            answer = await session.act(action)
            assert not answer.error
            assert answer.messages > 3
        await session.close()

    with serving(sample_dir, tmp_path / "log.txt") as server:
        asyncio.run(visit(urlsplit(server.url).port or 0))


def read(message: ForwardMsg) -> tuple[bool, str]:
    """Let a session read one message; return whether the answer ends with it, and the error noted."""
    answer = Answer()
    ended = Session(port=0, seed=1).read(message.SerializeToString(), answer, begun=0.0)
    return ended, answer.error


def test_an_exception_on_the_page_is_an_error_of_the_answer() -> None:
    shown = ForwardMsg()
    shown.delta.new_element.exception.type = "ValueError"
    shown.delta.new_element.exception.message = "no such thing"
    assert read(shown) == (False, "ValueError: no such thing")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (ForwardMsg.FINISHED_SUCCESSFULLY, (True, "")),
        (ForwardMsg.FINISHED_EARLY_FOR_RERUN, (False, "")),
        (ForwardMsg.FINISHED_WITH_COMPILE_ERROR, (True, "the script ended with 1")),
    ],
)
def test_an_answer_ends_with_its_script_and_only_success_is_no_error(
    status: int, expected: tuple[bool, str]
) -> None:
    assert read(ForwardMsg(script_finished=status)) == expected


def test_a_message_that_the_browser_would_not_have_is_an_error() -> None:
    assert read(ForwardMsg(ref_hash="abc")) == (False, "a message was referred to that is not held")


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, 1.0), (0.5, 10.0), (0.95, 19.0), (0.951, 20.0), (1.0, 20.0)],
)
def test_a_quantile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    assert quantile([float(n) for n in range(20, 0, -1)], share) == expected


def test_without_a_measurement_there_is_no_quantile() -> None:
    assert quantile([], 0.5) != quantile([], 0.5)
