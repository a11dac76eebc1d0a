"""How one server bears a full room: many sessions at once, over the browser's own protocol, without a browser.

    python -m benchmarks load [--people 1 20 50 100] [--pause 5] [--seconds 60] [--incidents N] [--workers 2] [--plain]

People change a filter (three of four times) or go to another page, at random, with pauses; most of what they choose
nobody has chosen before. The wait is from sending to the end of the script: what the browser takes to draw comes on
top. Server and client share the machine, so the client's own processor time is stated. "an answer" is one visitor
alone: what an answer costs the server, and what the very same one costs when it is remembered.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence

from benchmarks.contenders import Contender, plain_streamlit, product, workers
from benchmarks.folders import built_folder
from benchmarks.load.people import Level, cost, growth, room
from benchmarks.measure import machine, print_table, time_text
from benchmarks.peers import environment
from benchmarks.process import Running, running
from reliability.warehouse import current


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    options = argparse.ArgumentParser("python -m benchmarks load", description=__doc__.splitlines()[0])
    options.add_argument("--people", type=int, nargs="+", default=(1, 20, 50, 100))
    options.add_argument("--pause", type=float, default=5.0, help="seconds between two actions, on average")
    options.add_argument("--seconds", type=float, default=60.0, help="how long each room is watched")
    options.add_argument("--incidents", type=int, default=0, help="made up, so many; default: the sample")
    options.add_argument("--actions", type=int, default=40, help="of the visitor alone")
    options.add_argument(
        "--visits", type=int, default=500, help="over which memory is watched; 0 leaves it out"
    )
    options.add_argument("--minutes", type=float, default=10.0, help="at most for the visits")
    options.add_argument(
        "--plain", action="store_true", help="the plain Streamlit page instead of the product"
    )
    options.add_argument(
        "--workers", type=int, default=0, help="so many processes behind nginx; default: one without"
    )
    chosen = options.parse_args(arguments)
    print(machine())
    with built_folder(chosen.incidents) as folder:
        contender = workers(folder, chosen.workers) if chosen.workers else product(folder)
        if chosen.plain:
            environment.PEERS.install()
            published = current(folder)
            assert published
            environment.write_database(published.path, folder.parent / "peer.duckdb")
            contender = plain_streamlit(folder.parent / "peer.duckdb")
        log = folder.parent / "server.log"
        with running(contender.command, log, contender.environment, contender.health) as server:
            alone(contender, server, chosen.actions)
            rooms(contender, server, chosen.people, chosen.seconds, chosen.pause)
        if chosen.visits:
            with running(contender.command, log, contender.environment, contender.health) as server:
                memory(contender, server, chosen.visits, chosen.minutes)


def alone(contender: Contender, server: Running, actions: int) -> None:
    """Print what an answer costs when nobody else is there."""
    rows = [
        {
            "an answer": what,
            "CPU on the server": time_text(found.cpu),
            "wait, p50": time_text(found.wait),
            "the client's CPU": time_text(found.client_cpu),
            "errors": str(found.errors),
        }
        for what, found in zip(
            ("new", "remembered"), asyncio.run(cost(server, seed=7, actions=actions)), strict=True
        )
    ]
    print_table(f"One visitor, {contender.name}, {actions} actions", rows)


def rooms(contender: Contender, server: Running, people: Sequence[int], seconds: float, pause: float) -> None:
    """Print a row for each number of people."""
    levels = [asyncio.run(room(server, n, seconds, pause, seed=n)) for n in people]
    title = f"A room, {contender.name}, {seconds:g} s each, pauses of {pause:g} s"
    print_table(title, [level_row(level) for level in levels])
    for level in levels:
        for error in sorted(set(level.errors)):
            print(f"{level.people} people: {error} ({level.errors.count(error)} times)")


def level_row(level: Level) -> dict[str, str]:
    """Return the row of the table for one room."""
    count = max(1, len(level.answers))
    return {
        "people": str(level.people),
        "answers": str(len(level.answers)),
        "p50": time_text(level.quantile(0.5)),
        "p95": time_text(level.quantile(0.95)),
        "errors": str(len(level.errors)),
        "CPU an answer": time_text(level.server_cpu / count),
        "the server's cores": f"{level.server_cpu / level.wall:.2f}",
        "the client's cores": f"{level.client_cpu / level.wall:.2f}",
    }


def memory(contender: Contender, server: Running, visits: int, minutes: float) -> None:
    """Print how the server's memory grows."""
    until = time.perf_counter() + 60 * minutes
    found = asyncio.run(growth(server, visits, every=max(1, visits // 5), until=until))
    rows = [{"visits": str(number), "memory": f"{size:.0f} MB"} for number, size in found]
    print_table(f"Memory, {contender.name}", rows)
