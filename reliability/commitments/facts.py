"""What a verdict is based on, one fact at a time: figures, ranges, numbers of records, names."""

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Fact:
    """One part of the evidence, in words.

    text: "−43 %", "13 incidents"; "" for a range that stands alone. spread: how far it could be off, as written after
    it: "(90 % range −63 % to −13 %)". aside: set off by a semicolon, as names are. told: the sentence beside the
    evidence states it too. short: how a card says it in the line below its verdict, in fewer words; "" where another
    fact there implies this one, None where it stands beside the verdict or is as short.
    """

    text: str
    spread: str = ""
    aside: bool = False
    told: bool = False
    short: str | None = None

    def __str__(self) -> str:
        return " ".join(filter(None, (self.text, self.spread)))


Facts = tuple[Fact, ...]


def joined(facts: Iterable[Fact]) -> str:
    """Say facts in a row: "−40 % (90 % range −64 % to −2 %), 13 incidents; luck alone does this 1 time in 6"."""
    said = ""
    for fact in facts:
        if str(fact):
            said += f"{'; ' if fact.aside else ', '}{fact}" if said else str(fact)
    return said


def told(facts: Facts, all_of_them: bool = True) -> Facts:
    """Return facts as ones that the sentence states, or does not."""
    return tuple(replace(fact, told=all_of_them) for fact in facts)


def left_to_say(facts: Facts) -> str:
    """Say what the sentence beside the evidence does not."""
    return joined(fact for fact in facts if not fact.told)


def shortened(facts: Facts) -> Facts:
    """Return facts as a card says them: in their short words, without ranges; what has no words then is left out."""
    short = (replace(fact, text=fact.text if fact.short is None else fact.short, spread="") for fact in facts)
    return tuple(fact for fact in short if fact.text)
