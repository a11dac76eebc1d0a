"""Bad days of a full room: people look on while builds publish, and a thousand of them come and go."""

import asyncio
from collections import Counter
from pathlib import Path
from random import Random

from benchmarks.contenders import product
from benchmarks.folders import built_folder
from benchmarks.hostile.rounds import Outcome, Rounds, Violation
from benchmarks.load.people import action
from benchmarks.load.session import Session
from benchmarks.process import Running, running
from reliability.settings import load_settings
from reliability.warehouse import build, current

_PEOPLE = 100
_PAUSE = 5.0
_WARM_VISITS = 100
_MOST_GROWTH = 1.25


def while_builds_publish(folder: Path, chance: Random, rounds: Rounds) -> Outcome:
    """Let people use the pages while one version after another is published: nobody meets an error.

    A round is one build. At full size there are a hundred people, else as many as the time allows.
    """
    people = max(3, round(_PEOPLE * min(1.0, rounds.seconds / 600)))
    with built_folder(0) as data:
        contender = product(data)
        with running(contender.command, folder / "log", contender.environment, "/healthz") as server:
            return asyncio.run(_crowd(server, data, people, chance, rounds))


async def _crowd(server: Running, data: Path, people: int, chance: Random, rounds: Rounds) -> Outcome:
    seen: Outcome = Counter()
    errors: Counter[str] = Counter()
    over = asyncio.Event()

    async def use(seed: int) -> None:
        session = Session(server.port, seed)
        answer = await session.open()
        while True:
            seen["answers"] += 1
            if answer.error:
                errors[answer.error] += 1
                return
            if over.is_set():
                break
            await asyncio.sleep(session.chance.expovariate(1 / _PAUSE))
            answer = await session.act(action(session))
        await session.close()

    crowd = [asyncio.create_task(use(chance.randrange(1 << 30))) for _ in range(people)]
    try:
        for _ in rounds:
            before = current(data)
            await asyncio.to_thread(build, data, load_settings(data), force=True)
            if before is None or (now := current(data)) is None or now.path == before.path:
                raise Violation("a build published nothing")
            seen["versions published"] += 1
    finally:
        over.set()
        await asyncio.gather(*crowd)
    if errors:
        raise Violation("; ".join(f"{error} ({n} times)" for error, n in errors.items()))
    seen["people"] = people
    return seen


def come_and_go(folder: Path, chance: Random, rounds: Rounds) -> Outcome:
    """Let one visitor after another open a page, filter, turn to another page, and leave: memory stays flat.

    A round is one visit. What is remembered of the first visits, every page's modules among it, does not count.
    """
    del chance  # a visitor's choices are those of its number
    with built_folder(0) as data:
        contender = product(data)
        with running(contender.command, folder / "log", contender.environment, "/healthz") as server:
            warm = min(_WARM_VISITS, max(1, rounds.times // 4))
            for seed in range(warm):
                asyncio.run(_visit(server, -1 - seed))
            before = server.memory_mb()
            for seed in rounds:
                asyncio.run(_visit(server, seed))
            after = server.memory_mb()
    if rounds.done >= _WARM_VISITS and after > before * _MOST_GROWTH:
        raise Violation(f"memory grew from {before:.0f} to {after:.0f} MB over {rounds.done} visits")
    return Counter({f"MB before, after {warm} visits": round(before), "MB after": round(after)})


async def _visit(server: Running, seed: int) -> None:
    session = Session(server.port, seed)
    answers = [await session.open(), await session.act("filter"), await session.act("page")]
    await session.close()
    for answer in answers:
        if answer.error:
            raise Violation(answer.error)
