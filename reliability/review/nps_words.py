"""What the changes of a score are called, by fixed rules: fell, rose, no change shown, too few responses to tell.

The words say when and with whom, never why.
"""

from reliability.formatting import NO_BREAK, count, nps, plural, signed
from reliability.model import CONCERN, GOOD, NOISE, UNKNOWN
from reliability.review.nps_course import Course
from reliability.statistics.intervals import Interval
from reliability.statistics.nps import Move, NetPromoterScore, NpsChange
from reliability.statistics.nps_mix import MixChange


def tone(change: NpsChange | None) -> str:
    """Return the tone of a change; unknown without one or with too few responses."""
    if change is None:
        return UNKNOWN
    match change.word:
        case Move.FELL:
            return CONCERN
        case Move.ROSE:
            return GOOD
        case Move.NO_CHANGE_SHOWN:
            return NOISE
        case Move.TOO_FEW:
            return UNKNOWN


def points(number: float) -> str:
    """Format a size in points: 8 -> "8 points"."""
    whole = round(abs(number))
    return f"{count(whole)}{NO_BREAK}{'point' if whole == 1 else 'points'}"


def span(interval: Interval | None) -> str:
    """Format an interval of a score or a change: "−14 to −2"; nothing without one.

    An end is never rounded to the very zero that the interval leaves out: "−14 to −0.3", "−14 to just under 0".
    """
    if interval is None:
        return ""
    return " to ".join(_end(end, away_from_zero=0 not in interval) for end in interval)


def _end(number: float, away_from_zero: bool) -> str:
    if not away_from_zero or round(number):
        return signed(number)
    return signed(number, 1) if round(number, 1) else f"just {'above' if number > 0 else 'under'} 0"


def word(change: NpsChange | None) -> str:
    """Return the word of a change as it stands in a table; "no answers" where there is none."""
    if change is None:
        return "no answers"
    return f"{change.word} (within the margin)" if change.word is Move.NO_CHANGE_SHOWN else change.word


def headline(course: Course, apart: NpsChange | None, stretch: str) -> str:
    """Say in one sentence how NPS went before, in and after a stretch, and whether accounts hit went another way.

    stretch: what the stretch is called, with its article ("the incident window"). apart: the change of accounts hit by
    a P1 less that of the others, from before the stretch to inside it.
    """
    said = _in_window(course, stretch) + _since(course)
    beside = _apart(apart)
    return f"{said}; {beside}" if beside else said


def _in_window(course: Course, stretch: str) -> str:
    change = course.in_window
    if change is None or course.before is None or course.during is None:
        return f"No answers to compare {stretch} with the time before"
    both = f"{nps(course.before.value)} to {nps(course.during.value)}"
    if not change.enough:
        return f"Too few responses to tell whether NPS changed in {stretch}"
    if change.word is Move.NO_CHANGE_SHOWN:
        return f"NPS shows no change in {stretch} ({both}, within the margin)"
    return f"NPS {change.word} in {stretch}, from {both}"


def _since(course: Course) -> str:
    change = course.since
    if change is None or course.after is None:
        return ""
    now = nps(course.after.value)
    fell_before = course.in_window is not None and course.in_window.word is Move.FELL
    said = {
        Move.ROSE: f", and rose since, to {now}",
        Move.FELL: f", and fell {'further ' if fell_before else ''}since, to {now}",
        Move.NO_CHANGE_SHOWN: f", and no change is shown since ({now})",
        Move.TOO_FEW: ", and there are too few responses since to tell",
    }
    return said[change.word]


def _apart(change: NpsChange | None) -> str:
    if change is None or not change.enough:
        return ""
    if change.word is Move.NO_CHANGE_SHOWN:
        return "accounts hit by a P1 and the others show no difference"
    return f"accounts hit by a P1 {change.word} {points(change.difference)} against the others"


def apart_sentence(change: NpsChange | None, when: str) -> str:
    """Say how accounts that were hit moved against the others. when: "in the window", "after it"."""
    if change is None:
        return f"{when[:1].upper()}{when[1:]}: no answers to compare."
    margin = f"90{NO_BREAK}% range {span(change.interval)}"
    said = {
        Move.FELL: f"accounts hit fell {points(change.difference)} against the others ({margin})",
        Move.ROSE: f"accounts hit rose {points(change.difference)} against the others ({margin})",
        Move.NO_CHANGE_SHOWN: "no difference shown between accounts hit and the others: "
        f"{signed(change.difference)}, within the margin ({margin})",
        Move.TOO_FEW: "too few responses to tell",
    }
    return f"{when[:1].upper()}{when[1:]}: {said[change.word]}."


def claim_sentence(change: NpsChange | None, claimed: float) -> str:
    """Say whether a change that somebody stated fits the answers. claimed: in points, with its sign."""
    if change is None or not change.enough:
        return f"Whether the claimed {signed(claimed)} is right cannot be told: too few responses."
    fits = "fits" if change.compatible(claimed) else "does not fit"
    return f"The claimed {signed(claimed)} {fits} the answers (90{NO_BREAK}% range {span(change.interval)})."


def mix_sentence(found: MixChange | None) -> str:
    """Say how much of a change the mix of segments explains."""
    if found is None:
        return "Who answered by segment cannot be compared: fewer than two segments with 15 answers in both windows."
    whole, part = signed(found.change), round(abs(found.explained))
    still = signed(found.at_one_mix.difference)
    if not part:
        return f"Who answered explains none of it: had the same mix of segments answered, it would be {still} too."
    if found.explained * found.change > 0 and abs(found.explained) <= abs(found.change):
        total = round(abs(found.change))
        return (
            f"Who answered explains {count(part)} of the {points(total)}: "
            f"had the same mix of segments answered, it would be {still}."
        )
    return (
        f"Who answered hides {points(part)}: "
        f"had the same mix of segments answered, it would be {still}, not {whole}."
    )


def step_sentence(
    now: NetPromoterScore, was: NetPromoterScore, change: NpsChange | None, labels: tuple[str, str]
) -> str:
    """Say how one step of a chart stands against the one before. labels: (now, before) as a person calls them."""
    here, before = labels
    if change is None:
        return f"NPS {nps(now.value)} in {here}; no answers in {before}" if now.n else f"No answers in {here}"
    both = f"{nps(was.value)} in {before}, {nps(now.value)} in {here}"
    if not change.enough:
        return (
            f"Too few responses to tell {before} from {here}: {plural(was.n, 'answer')}, then {count(now.n)}"
        )
    if change.word is Move.NO_CHANGE_SHOWN:
        return f"No change shown from {before} to {here}: {nps(was.value)}, then {nps(now.value)}"
    return f"NPS {change.word}: {both}"
