"""A room of people: sessions that think between two actions, and what they wait."""

import asyncio
import statistics
import time
from dataclasses import dataclass, field

from benchmarks.load.session import Answer, Session
from benchmarks.measure import quantile
from benchmarks.process import Running

_OPEN_AT_ONCE = 10
PAGES = 0.25
"""The share of actions that go to another page; the others change a filter."""


@dataclass
class Level:
    """What one room measured.

    wall, server_cpu, client_cpu: seconds while people acted; opening is not in it.
    """

    people: int
    opened: list[Answer] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    wall: float = 0.0
    server_cpu: float = 0.0
    client_cpu: float = 0.0

    @property
    def errors(self) -> list[str]:
        """What went wrong, once for each answer."""
        return [a.error for a in (*self.opened, *self.answers) if a.error]

    def quantile(self, share: float) -> float:
        """Return the seconds that this share of the answers took at most, those with an error included."""
        return quantile([a.seconds for a in self.answers], share)


def action(session: Session) -> str:
    """Draw what a session does next."""
    return "page" if session.chance.random() < PAGES else "filter"


async def room(server: Running, people: int, seconds: float, pause: float, seed: int = 1) -> Level:
    """Let so many people use the server for so long, with pauses of `pause` seconds on average (exponential)."""
    level = Level(people)
    sessions = [Session(server.port, 1000 * seed + number) for number in range(people)]
    gate = asyncio.Semaphore(_OPEN_AT_ONCE)

    async def enter(session: Session) -> None:
        async with gate:
            level.opened.append(await session.open())

    await asyncio.gather(*(enter(session) for session in sessions))
    server_cpu, client_cpu, begun = server.cpu_seconds(), time.process_time(), time.perf_counter()
    end = begun + seconds

    async def use(session: Session) -> None:
        # The first actions are spread over one pause.
        await asyncio.sleep(session.chance.random() * pause)
        while time.perf_counter() < end:
            answer = await session.act(action(session))
            level.answers.append(answer)
            if answer.error.startswith(("closed", "timeout")):
                return
            rest = end - time.perf_counter()
            await asyncio.sleep(max(0.0, min(session.chance.expovariate(1 / pause), rest)))

    await asyncio.gather(*(use(session) for session in sessions))
    level.wall = time.perf_counter() - begun
    level.server_cpu = server.cpu_seconds() - server_cpu
    level.client_cpu = time.process_time() - client_cpu
    await asyncio.gather(*(session.close() for session in sessions))
    return level


@dataclass
class Cost:
    """What one answer costs the server, in seconds: processor time on average, and the median wait."""

    cpu: float
    wait: float
    client_cpu: float
    errors: int


async def cost(server: Running, seed: int, actions: int) -> tuple[Cost, Cost]:
    """Let two visitors do the same, one after the other: nothing is remembered for the first, all for the second.

    Every page has been opened before, so that no import counts.
    """
    guide = Session(server.port, seed)
    await guide.open()
    for _ in range(3 * len(guide.pages)):
        await guide.act("page")
    await guide.close()
    first, second = [await _alone(server, seed, actions) for _ in range(2)]
    return first, second


async def _alone(server: Running, seed: int, actions: int) -> Cost:
    session = Session(server.port, seed)
    opened = await session.open()
    server_cpu, client_cpu = server.cpu_seconds(), time.process_time()
    answers = [await session.act(action(session)) for _ in range(actions)]
    server_cpu, client_cpu = server.cpu_seconds() - server_cpu, time.process_time() - client_cpu
    await session.close()
    return Cost(
        cpu=server_cpu / actions,
        wait=statistics.median(answer.seconds for answer in answers),
        client_cpu=client_cpu / actions,
        errors=sum(bool(answer.error) for answer in (opened, *answers)),
    )


async def growth(server: Running, visits: int, every: int, until: float) -> list[tuple[int, float]]:
    """Return (visits so far, MB of memory): each visit opens a page, changes a filter, goes to another page, leaves.

    every: visits between two readings. until: `time.perf_counter()` at which to stop early.
    """
    found = [(0, server.memory_mb())]
    for number in range(1, visits + 1):
        session = Session(server.port, seed=number)
        await session.open()
        await session.act("filter")
        await session.act("page")
        await session.close()
        if number % every == 0 or number == visits:
            found.append((number, server.memory_mb()))
        if time.perf_counter() > until:
            break
    return found
