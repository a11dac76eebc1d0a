"""Does a published file still say what was frozen, and what would it say today?"""

from dataclasses import dataclass

from reliability.model import Review
from reliability.publish.carried import carried
from reliability.publish.reading import Published


@dataclass(frozen=True)
class Verified:
    """One figure of a file. shown: in the file; then: in the frozen review; now: today; None where there is none.

    agrees: the file shows what was frozen. restated: today's figure is another one.
    """

    id: str
    shown: str
    then: str | None
    now: str | None

    @property
    def agrees(self) -> bool:
        return self.then is not None and _plain(self.shown) == _plain(self.then)

    @property
    def restated(self) -> bool:
        return self.then != self.now


def verify(published: Published, presented: Review, today: Review) -> list[Verified]:
    """Compare every figure that a file carries with its frozen review and with today's, in the file's order."""
    then, now = carried(presented), carried(today)
    return [Verified(name, shown, then.get(name), now.get(name)) for name, shown in published.figures]


def _plain(text: str) -> str:
    """Programs that save a page wrap lines and replace no-break spaces: neither changes a figure."""
    return " ".join(text.split())
