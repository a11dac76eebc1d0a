"""The server around the pages: warm start, `/healthz`, and the JSON routes.

The routes answer with the very documents of the command line (reliability.review.documents).
"""

import gc
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import anyio
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reliability.data_dir import default_data_dir
from reliability.errors import ReliabilityError, WarehouseError, nearest
from reliability.ui import plotly_script

if TYPE_CHECKING:
    from reliability.serve.watch import Watch

SHELL = Path(__file__).resolve().parent / "shell.py"

# Answers that are computed at the same time, and how many more may wait for their turn.
_AT_ONCE = 4
_WAITING = 32
# Who came while the server started has a whole page by then, with the processor to themselves.
_FIRST_PAGE_SECONDS = 10.0
_OPTION = re.compile(r"(?<![\w-])--([a-z]+)")


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Listen at once, and meanwhile import what pages need and open the warehouse; then watch the inputs.

    A browser loads its own part of a page for seconds: whoever comes meanwhile waits in the shell for what is left.
    """
    from reliability.access import refusals
    from reliability.serve import warm

    warm.begin()
    ending = Event()
    warming = Thread(target=_warm, args=(ending,), name="warming")
    warming.start()
    yield
    ending.set()
    await anyio.to_thread.run_sync(warming.join)
    await anyio.to_thread.run_sync(refusals.flush)
    gc.unfreeze()


def _warm(ending: Event) -> None:
    """Get ready, and let everybody in whatever becomes of it; later, get ready for other pages than the first.

    A full collection of garbage walks all that is not frozen. What imports make is no garbage: to look for it meanwhile
    takes a quarter as long again as the imports.
    """
    from reliability.serve import warm

    gc.disable()
    try:
        watching = _watch(ending)
        try:
            warm.up()
        finally:
            watching.start()
    finally:
        gc.freeze()
        gc.enable()
        warm.end()
    if not ending.wait(_FIRST_PAGE_SECONDS):
        warm.further()
        gc.collect()
        gc.freeze()


def _watch(ending: Event) -> "Watch":
    """Clear away what killed builds left, and make what watches the data folder; a server that copies does so first."""
    from reliability.serve.watch import Watch
    from reliability.warehouse.versions import clean

    clean(default_data_dir())
    watching = Watch(default_data_dir(), ending)
    watching.begin()
    return watching


def show_script_error(error: Exception) -> bool:
    """Show what to do instead of a traceback; the traceback stays in the server's log."""
    from reliability.ui.empty import show_error

    show_error(error)
    return True


def routes() -> list[Route]:
    """The routes beside the pages; all read-only."""
    return [
        Route("/healthz", _healthz),
        Route("/metrics", _metrics),
        Route("/plotly/{version}.js", _plotly),
        Route("/api/review", _document(_review, ("quarter",))),
        Route("/api/kpis", _document(_kpis, ("quarter", "start", "end"), ("service", "team"))),
        Route("/api/commitments", _document(_commitments)),
        Route("/api/gates", _document(_gates, often=("change",))),
        Route("/api", _no_such_address),
        Route("/api/{rest:path}", _no_such_address),
    ]


def _review(workspace: Any, asked: QueryParams) -> dict[str, Any]:
    from reliability.review import documents

    return documents.review_document(workspace, asked.get("quarter"))


def _commitments(workspace: Any, _asked: QueryParams) -> dict[str, Any]:
    from reliability.review import documents

    return documents.commitments_document(workspace)


def _kpis(workspace: Any, asked: QueryParams) -> dict[str, Any]:
    """`?quarter=` or `?start=&end=`; `service` and `team` narrow, each as often as wanted."""
    from reliability.model import Filters
    from reliability.review import documents

    filters = Filters(services=tuple(asked.getlist("service")), teams=tuple(asked.getlist("team")))
    window = asked.get("quarter"), asked.get("start"), asked.get("end")
    return documents.kpis_document(workspace, *window, filters)


def _gates(workspace: Any, asked: QueryParams) -> dict[str, Any]:
    """`?change=ID` asks about one change; several: repeated or with commas. Without it, about the planned ones."""
    from reliability.review import documents

    given = [[name.strip() for name in text.split(",") if name.strip()] for text in asked.getlist("change")]
    if not all(given):
        remedy = "Leave it out to ask about the planned ones."
        raise ReliabilityError("names no change", "change", remedy)
    named = [name for names in given for name in names]
    return documents.gates_document(documents.gates_evaluation(workspace, named or None))


async def _healthz(_request: Request) -> Response:
    """200 once the warehouse opens, 503 with the reason before."""
    try:
        version = await anyio.to_thread.run_sync(_version)
    except ReliabilityError as error:
        return JSONResponse(
            {"status": "no warehouse", "error": in_words_of_a_request(error)}, status_code=503
        )
    return JSONResponse({"status": "ok", "data_version": version})


async def _plotly(request: Request) -> Response:
    """The script that draws charts, compressed for whoever reads that; a browser asks once a version."""
    if request.path_params["version"] != plotly_script.VERSION:
        gone = "this version of Plotly is not the one that is installed. Load the page again."
        return JSONResponse({"error": gone}, 404)
    gzipped = "gzip" in request.headers.get("accept-encoding", "")
    content = await anyio.to_thread.run_sync(plotly_script.compressed if gzipped else plotly_script.content)
    headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
    if gzipped:
        headers["content-encoding"] = "gzip"
    return Response(content, media_type="text/javascript", headers=headers)


async def _metrics(_request: Request) -> Response:
    """Counters and the state of the data, for Prometheus; behind the gate as `/api` is."""
    from reliability.serve import metrics

    text = await anyio.to_thread.run_sync(metrics.exposition, limiter=_turns())
    return Response(text, media_type=metrics.CONTENT_TYPE)


def _version() -> str:
    from reliability.warehouse.workspace import open_current

    return open_current().store.data_version


def _document(
    make: Callable[[Any, QueryParams], dict[str, Any]], once: Sequence[str] = (), often: Sequence[str] = ()
) -> Callable[[Request], Any]:
    """Return what answers with a document. once, often: its parameters; others would be asked for in vain."""

    async def answer(request: Request) -> Response:
        turns = _turns()
        if turns.statistics().tasks_waiting >= _WAITING:
            busy = "the server is busy. Try again in a moment."
            return JSONResponse({"error": busy}, 503, {"Retry-After": "5"})
        try:
            _check_parameters(request.query_params, once, often)
            document = await anyio.to_thread.run_sync(_answer, make, request.query_params, limiter=turns)
        except WarehouseError as error:
            return JSONResponse({"error": in_words_of_a_request(error)}, status_code=503)
        except ReliabilityError as error:
            return JSONResponse({"error": in_words_of_a_request(error)}, status_code=400)
        return JSONResponse(document)

    return answer


def _check_parameters(asked: QueryParams, once: Sequence[str], often: Sequence[str]) -> None:
    """Raise ReliabilityError for a question that would be answered as if a part of it had not been asked."""
    for name in asked:
        if name not in (*once, *often):
            raise ReliabilityError("is no parameter here", name[:80], nearest(name, (*once, *often)))
        if name in once and len(asked.getlist(name)) > 1:
            raise ReliabilityError("is given more than once", name, "Ask once for each.")


@cache
def _turns() -> anyio.CapacityLimiter:
    """Threads of their own, so that many questions do not keep pages from loading."""
    return anyio.CapacityLimiter(_AT_ONCE)


def in_words_of_a_request(error: ReliabilityError) -> str:
    """Return a message without the marks of the command line: `--end` is the parameter `end` of a request."""
    return _OPTION.sub(r"\1", str(error))


async def _no_such_address(request: Request) -> Response:
    known = ", ".join(f"/api/{name}" for name in ("review", "kpis", "commitments", "gates"))
    return JSONResponse({"error": f"{request.url.path}: there is no such address. There are {known}."}, 404)


def _answer(make: Callable[[Any, QueryParams], dict[str, Any]], asked: QueryParams) -> dict[str, Any]:
    from reliability.serve import warm
    from reliability.warehouse.workspace import open_current

    warm.wait()  # as pages do
    return make(open_current(), asked)
