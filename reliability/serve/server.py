"""The server around the pages: warm start, `/healthz`, and the JSON routes.

The routes answer with the very documents of the command line (reliability.review.documents).
"""

import gc
import hmac
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reliability.errors import ReliabilityError, WarehouseError

SHELL = Path(__file__).resolve().parent / "shell.py"
TOKEN_VARIABLE = "RELIABILITY_API_TOKEN"


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Import what pages need and open the warehouse before the first visitor comes.

    Streamlit collects all garbage after every script run; freezing what the imports left behind keeps that cheap.
    """
    from reliability.serve import warm

    await anyio.to_thread.run_sync(warm.up)
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def show_script_error(error: Exception) -> bool:
    """Show what to do instead of a traceback; the traceback stays in the server's log."""
    from reliability.ui.empty import show_error

    show_error(error)
    return True


def routes() -> list[Route]:
    """The routes beside the pages; all read-only."""
    from reliability.review import documents

    return [
        Route("/healthz", _healthz),
        Route("/api/review", _document(lambda w, q: documents.review_document(w, q.get("quarter")))),
        Route("/api/kpis", _document(_kpis)),
        Route("/api/commitments", _document(lambda w, _asked: documents.commitments_document(w))),
        Route("/api/gates", _document(_gates)),
    ]


def _kpis(workspace: Any, asked: QueryParams) -> dict[str, Any]:
    """`?quarter=` or `?start=&end=`; `service` and `team` narrow, each as often as wanted."""
    from reliability.model import Filters
    from reliability.review import documents

    filters = Filters(services=tuple(asked.getlist("service")), teams=tuple(asked.getlist("team")))
    window = asked.get("quarter"), asked.get("start"), asked.get("end")
    return documents.kpis_document(workspace, *window, filters)


def _gates(workspace: Any, asked: QueryParams) -> dict[str, Any]:
    """`?change=ID` asks about one change, several with commas between them; without it, about the planned ones."""
    from reliability.review import documents

    named = [name.strip() for name in asked.get("change", "").split(",") if name.strip()]
    return documents.gates_document(documents.gates_evaluation(workspace, named or None))


async def _healthz(_request: Request) -> Response:
    """200 once the warehouse opens, 503 with the reason before."""
    try:
        version = await anyio.to_thread.run_sync(_version)
    except ReliabilityError as error:
        return JSONResponse({"status": "no warehouse", "error": str(error)}, status_code=503)
    return JSONResponse({"status": "ok", "data_version": version})


def _version() -> str:
    from reliability.warehouse.workspace import open_current

    return open_current().store.data_version


def _document(make: Callable[[Any, QueryParams], dict[str, Any]]) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        if not _allowed(request):
            return JSONResponse(
                {"error": f"needs the header 'Authorization: Bearer <the value of {TOKEN_VARIABLE}>'"},
                status_code=401,
                headers={"WWW-Authenticate": "Bearer"},
            )
        asked = request.query_params
        try:
            document = await anyio.to_thread.run_sync(_answer, make, asked)
        except WarehouseError as error:
            return JSONResponse({"error": str(error)}, status_code=503)
        except ReliabilityError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return JSONResponse(document)

    return answer


def _answer(make: Callable[[Any, QueryParams], dict[str, Any]], asked: QueryParams) -> dict[str, Any]:
    from reliability.warehouse.workspace import open_current

    return make(open_current(), asked)


def _allowed(request: Request) -> bool:
    """With a token set, only its bearer may read; without one the server is for this machine (loopback) alone."""
    token = os.environ.get(TOKEN_VARIABLE)
    if not token:
        return True
    given = request.headers.get("authorization", "")
    # Starlette reads header bytes as Latin-1: undone here, so that a token may hold any character.
    return hmac.compare_digest(given.encode("latin-1"), f"Bearer {token}".encode())
