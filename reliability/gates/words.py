"""What the gates say, in sentences: the same words on the page, in a terminal and in a pipeline."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from reliability import formatting as fmt
from reliability.gates.model import Decision, Evaluation, GateResult
from reliability.gates.waivers import EXPIRED, EXPIRING, Waiver
from reliability.queries.gates import CANNOT_TELL, PASSED

_MOST_GATES = 3


def headline(evaluation: Evaluation, planned: bool = True) -> str:
    """Return the answer for all changes in one sentence: "2 of 6 planned changes may ship; 4 are held: ...".

    A change that is out is neither: it went out, with what the gates ask or without.
    """
    kind = "planned change" if planned else "change"
    decisions = evaluation.decisions
    if not decisions:
        return "No change is planned" if planned else "No change is named"
    out = [decision for decision in decisions if decision.change.is_out]
    if not out:
        return _shipping(decisions, kind)
    if len(decisions) == 1:
        return f"The {kind} {went_out(out[0])}"
    waiting = [decision for decision in decisions if not decision.change.is_out]
    return "; ".join([*([_shipping(waiting, f"waiting {kind}")] if waiting else []), _out(out)])


def _shipping(decisions: Sequence[Decision], kind: str) -> str:
    held = [decision for decision in decisions if decision.held]
    total = len(decisions)
    if not held:
        return f"The only {kind} may ship" if total == 1 else f"All {fmt.plural(total, kind)} may ship"
    if total == 1:
        return f"The only {kind} is held: {_by_gate(held)}"
    if len(held) == total:
        return f"All {fmt.plural(total, kind)} are held: {_by_gate(held)}"
    verb = "is" if len(held) == 1 else "are"
    shipping = f"{fmt.count(total - len(held))} of {fmt.plural(total, kind)} may ship"
    return f"{shipping}; {fmt.count(len(held))} {verb} held: {_by_gate(held)}"


def _out(decisions: Sequence[Decision]) -> str:
    """Return what went out without what, of changes that nothing holds any more."""
    lacking = [decision for decision in decisions if decision.holding]
    whole = len(decisions) - len(lacking)
    parts = [f"{fmt.plural(len(lacking), 'change')} went out without {_by_gate(lacking)}"] if lacking else []
    if whole:
        parts.append(f"{fmt.plural(whole, 'change')} went out that no gate would hold")
    return "; ".join(parts)


def _by_gate(held: Sequence[Decision]) -> str:
    """Return which gates hold how many changes, the one that holds most first."""
    counted = Counter(problem.title for decision in held for problem in decision.holding)
    parts = [f"{title} ({fmt.count(number)})" for title, number in counted.most_common()]
    return fmt.listed(parts, _MOST_GATES)


def caveats(evaluation: Evaluation) -> list[str]:
    """Return what else has to be said of the answer: what nobody can tell, what is excused, what only warns."""
    decisions = [decision for decision in evaluation.decisions if not decision.change.is_out]
    unknown = sum(any(p.state == CANNOT_TELL and p.holds for p in d.problems) for d in decisions)
    excused = sum(not d.held and any(p.excused for p in d.problems) for d in decisions)
    warned = sum(any(not p.holds and not p.excused for p in d.problems) for d in decisions)
    said = []
    if unknown:
        said.append(f"{fmt.plural(unknown, 'change')} held because something cannot be told")
    if excused:
        said.append(f"{fmt.plural(excused, 'change')} may ship by a waiver")
    if warned:
        said.append(
            f"{fmt.plural(warned, 'change')} with a warning that does not hold {'it' if warned == 1 else 'them'}"
        )
    return said


def verdict(decision: Decision) -> str:
    """Return the answer for one change: "may ship" or "is held"; for one that is out what it went without."""
    if decision.change.is_out:
        return went_out(decision)
    return "is held" if decision.held else "may ship"


def decided(decision: Decision) -> str:
    """Return the decision in one word: "ship", "hold"; "out" for a change that nothing holds any more."""
    return "out" if decision.change.is_out else decision.decision


def went_out(decision: Decision) -> str:
    """Return what a change that is out went without, by the gates as they stand now: nothing holds it any more."""
    if not decision.holding:
        return "went out; no gate would hold it"
    return f"went out without {fmt.listed([problem.title for problem in decision.holding], len(decision.holding))}"


def outcome(result: GateResult) -> str:
    """Return what a gate said in one or two words: "passed", "missing" ... as a column of a table."""
    if result.state == PASSED:
        return "passed"
    if result.excused:
        return "waived"
    word = "cannot tell" if result.state == CANNOT_TELL else "failed"
    return word if result.holds else f"warning: {word}"


def waived(result: GateResult) -> str:
    """Return what a waiver does for a result: "Waived until 30 Nov 2025: reason"; "" without one.

    One that has expired, or that ends before the change goes out, says until when it is good.
    """
    if result.waiver is None:
        return ""
    until = fmt.day(result.waiver.until)
    if result.excused:
        return f"Waived until {until}: {result.waiver.reason}"
    return f"The waiver is good until {until} only."


def why(result: GateResult) -> str:
    """Return the reason of a result, with its waiver."""
    return " ".join(part for part in (result.reason, waived(result)) if part)


def waiver_state(waiver: Waiver, as_of: datetime) -> str:
    """Return a waiver's state in words, with the day it ends."""
    state = waiver.state(as_of)
    until = fmt.day(waiver.until)
    return {EXPIRED: f"expired on {until}", EXPIRING: f"expiring, until {until}"}.get(
        state, f"{state}, until {until}"
    )
