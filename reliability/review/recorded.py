"""What the journal adds to questions: what past waivers did, and what was decided on the same promise before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reliability import formatting
from reliability.commitments import expect
from reliability.commitments.evidence import Evidence
from reliability.decisions import Decision
from reliability.gates.waivers import EXPIRED, Waiver
from reliability.model import Option, Question
from reliability.queries.figures import figure
from reliability.review.effects import Effect, compared, effect_of
from reliability.review.questions import NOT_DONE, WAIVE, in_words
from reliability.settings import Commitment
from reliability.settings.periods import local_date

# Which gates hold a change for what a promise asks of every single record: by a table that its figure is made of.
_GATES = {
    "changes": ("slo_impact_statement", "reliability_signoff"),
    "runbooks": ("runbook_missing",),
    "postmortems": ("postmortem_overdue",),
}


def with_record(
    asked: Sequence[Question], found: Sequence[Decision], did: Mapping[str, Effect]
) -> tuple[Question, ...]:
    """Return questions whose options also say what they did when the meeting chose them for this promise last."""
    return tuple(
        replace(q, options=tuple(_recorded(option, q.id, found, did) for option in q.options)) for q in asked
    )


def with_waivers(
    asked: Sequence[Question], found: Sequence[Waiver], evidence: Evidence
) -> tuple[Question, ...]:
    """Return questions whose option to excuse says what excuses did so far: how many, how many ran out, what followed.

    found: waivers in any state. Those given after the instant of `evidence` do not count.
    """
    promises = {c.id: c for c in evidence.settings.commitments}
    given = [w for w in found if w.given_at <= evidence.as_of]

    def told(option: Option, about: str) -> Option:
        if option.id != WAIVE or about not in promises:
            return option
        return _excused(option, promises[about], given, evidence)

    return tuple(replace(q, options=tuple(told(option, q.id) for option in q.options)) for q in asked)


def _recorded(option: Option, about: str, found: Sequence[Decision], did: Mapping[str, Effect]) -> Option:
    last = next((d for d in found if d.about == about and d.option == option.id), None)
    if last is None:
        return option
    effect = did.get(last.id)
    said = f"decided {formatting.day(last.decided_on)}, {last.state}"
    if effect is None:
        return replace(option, before=said)
    return replace(option, before=f"{said}; {effect.words}", tone=effect.tone)


def _excused(option: Option, promise: Commitment, found: Sequence[Waiver], evidence: Evidence) -> Option:
    tables = figure(promise.kpi).tables
    gates = {gate for table, names in _GATES.items() if table in tables for gate in names}
    given = sorted((w for w in found if w.gate in gates), key=lambda w: w.given_at)
    if not given:
        return replace(option, before=NOT_DONE)
    ran_out = sum(w.state(evidence.as_of) == EXPIRED for w in given)
    times = "once" if len(given) == 1 else f"{formatting.count(len(given))} times"
    ended = "none ran out yet" if not ran_out else f"{formatting.count(ran_out)} ran out"
    said = f"excused {times}, {ended}"
    followed = _followed(promise, given, evidence)
    if followed is None:
        return replace(option, before=f"{said}; too short to tell what followed")
    return replace(option, before=f"{said}; {in_words(followed)}", tone=followed.tone)


def _followed(promise: Commitment, given: Sequence[Waiver], evidence: Evidence) -> Effect | None:
    """What the promise's figure did from the last waiver that was long enough to tell; None where there is none."""
    zone = evidence.settings.organisation.zone
    today = local_date(evidence.as_of, zone)
    windows = (
        compared(promise, local_date(w.given_at, zone), today, local_date(w.ends_at, zone)) for w in given
    )
    if not (told := [window for window in windows if window is not None]):
        return None
    expect([told[-1]], evidence)
    return effect_of(told[-1], evidence)
