"""Writing down a new promise: before it is agreed it says what it is compared with and whether success would show."""

from datetime import date, timedelta

import streamlit as st

from reliability import formatting as fmt
from reliability.access.identity import ADMINISTER, APPROVE
from reliability.commitments.draft import Draft, draft
from reliability.commitments.evidence import Evidence
from reliability.errors import ReliabilityError, SettingsError
from reliability.model import CONCERN, GOOD, NOISE
from reliability.queries.figures import Family, Figure, figures
from reliability.scrutiny.signing import keep
from reliability.settings import Baseline, Commitment, Goal
from reliability.settings.writing import add_commitment, free_id
from reliability.statistics.shapes import DEFAULT, shapes
from reliability.ui import empty, panels, text, theme, visitor
from reliability.ui.days import ask_day
from reliability.ui.promises import signed
from reliability.ui.view import View

_USUAL_DAYS = 90
_YEAR = timedelta(days=364)  # whole weeks
_MOST_DAYS, _FAR = 3660, timedelta(days=3660)
_LESS, _MORE, _POINTS, _AT_MOST, _AT_LEAST = "less", "more", "points", "at most", "at least"
_GOALS = {
    _LESS: "% less than the baseline",
    _MORE: "% more than the baseline",
    _POINTS: "points more than the baseline",
    _AT_MOST: "at most",
    _AT_LEAST: "at least",
}
_IN_THE_FILE = "Goes into review.toml as a new [[commitments]] entry; nothing else in the file changes. "
_SIGNED_WITH_IT = _IN_THE_FILE + (
    "The journal keeps who wrote it and when, its terms, its definition and its baseline: what is changed later is "
    "shown."
)
_TO_BE_SIGNED = _IN_THE_FILE + (
    "The journal keeps who wrote it and when. An approver signs it: what is changed after that is shown."
)
_COUNTED = ("incidents", "escalations", "alerts")
_MOST_MORE, _MOST_POINTS = 1000, 200
_PERSON, _SHAPE = "promise-person", "promise-shape"
_LIKELY, _UNLIKELY = 0.8, 0.5


def button(view: View) -> None:
    """Show the button that opens the form, and what was written down last."""
    if said := st.session_state.pop("_promised", None):
        panels.confirm(said)
    why = visitor.lack(ADMINISTER, "writing down a promise")
    if st.button(
        "New promise", icon=":material/add:", key="new-promise", disabled=bool(why), help=why or None
    ):
        st.dialog("A new promise", width="large", icon=":material/flag:")(form)(view)


def form(view: View) -> None:
    """Ask for a new promise, show what it would be based on, and write it down when that is agreed."""
    try:
        commitment = _asked(view)
        if commitment is None:
            return
        shown = draft(commitment, Evidence(view.store, view.settings, view.as_of))
        st.html(body(shown))
        _agree(commitment, view)
    except ReliabilityError as error:
        empty.show_error(error)


def _asked(view: View) -> Commitment | None:
    """Ask for everything a promise needs; None while something is missing."""
    known = {name: f for name, f in figures().items() if not f.missing_for_a_promise()}
    today = fmt.local(view.as_of, view.zone).date()
    title = (
        st.text_input("What is promised", placeholder="40 % fewer P1 incidents", key="promise-title") or ""
    )
    left, right = st.columns(2)
    ids = list(known)
    kpi = left.selectbox(
        "Measured by",
        ids,
        index=next((i for i, f in enumerate(known.values()) if f.card and f.card.order == 1), 0),
        format_func=lambda k: known[k].title,
        key="promise-kpi",
    )
    owner = right.text_input("Owner", help="A role, not a person.", key="promise-owner") or ""
    unit = known[kpi].unit
    goal = _goal(known[kpi])
    first, second, third = st.columns([2, 1, 2])
    start = ask_day("From", today, "promise-start", first)
    # Without bounds of its own: the browser marks a number outside them as wrong, and sends the one before it.
    days = second.number_input("Days", value=_USUAL_DAYS, step=1, key="promise-days")
    span = ask_day(
        "Compared with",
        (today - _YEAR, today),
        "promise-baseline",
        third,
        help="First day, and the first day that no longer belongs to it. A whole year before, not the bad quarter "
        "alone.",
    )
    if not isinstance(start, date) or not isinstance(span, tuple) or len(span) != 2:
        empty.note("Choose all days: “From”, and both of “Compared with”.")
        return None
    if problem := wrong_days(start, days, span, today):
        empty.note(problem)
        return None
    if goal is None:
        return None
    shape = DEFAULT
    if unit == "incidents" and goal.change is not None:
        _give_back(_SHAPE)
        st.session_state.setdefault(_SHAPE, DEFAULT)
        chosen = st.segmented_control(
            "The number means",
            list(shapes()),
            format_func=lambda s: shapes()[s].words,
            required=True,
            key=_SHAPE,
        )
        st.session_state[f"_{_SHAPE}"] = chosen
        shape = chosen or DEFAULT
    return Commitment(
        id=free_id(title, [c.id for c in view.settings.commitments] + signed.names(view)),
        title=" ".join(title.split()),
        kpi=kpi,
        start=start,
        days=int(days or 0),
        goal=goal,
        baseline=Baseline(span[0], span[1]),
        shape=shape,
        owner=" ".join(owner.split()),
    )


def wrong_days(start: date, days: float | None, span: tuple[date, ...], today: date) -> str:
    """Say in the form's words which days cannot be; "" when all can. today: of the data."""
    if days is None or not 1 <= days <= _MOST_DAYS:
        return f"“Days” is a number from 1 to {_MOST_DAYS}."
    for label, asked in (("From", (start,)), ("Compared with", span)):
        if any(abs(day - today) > _FAR for day in asked):
            return f"“{label}” lies between {fmt.day(today - _FAR)} and {fmt.day(today + _FAR)}."
    if span[1] <= span[0]:
        return "“Compared with” needs at least one day: its second day is the first that no longer belongs to it."
    if span[0] > today:
        return f"“Compared with” begins after {fmt.day(today)}, the day of the data: choose an earlier first day."
    if start < span[1]:
        return f"A promise is compared with what lies before it: “From” is {fmt.day(span[1])} or later."
    return ""


def _goal(of: Figure) -> Goal | None:
    """Ask for the goal in the KPI's own unit; shares are asked for in percent, times in minutes or hours."""
    unit, better = of.unit, of.better
    kinds = [_POINTS, _AT_LEAST] if unit == "points" else [_AT_LEAST, _AT_MOST]
    if of.family is Family.AVAILABILITY:
        kinds = [_AT_LEAST]
    elif unit not in ("points", "share"):
        kinds = [_MORE, _AT_LEAST] if better == "higher" else [_LESS, _AT_MOST]
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    kind = right.segmented_control(
        "Goal", kinds, format_func=lambda k: _goal_words(k, unit), default=kinds[0], required=True,
        key=f"promise-goal-{unit}-{better}-{len(kinds)}", label_visibility="collapsed",
    )  # fmt: skip
    usual = {_LESS: 40.0, _MORE: 40.0, _POINTS: 8.0}.get(
        str(kind), {"share": 95.0, "points": 30.0}.get(unit, 15.0)
    )
    number = left.number_input(
        "Goal", value=usual, step=1.0, format="%g", key=f"promise-number-{unit}-{kind}"
    )
    if number is None:
        st.caption("Say how much is promised.")
        return None
    if problem := wrong(str(kind), float(number), unit):
        empty.note(problem)
        return None
    return goal_of(str(kind), float(number), unit)


def wrong(kind: str, number: float, unit: str) -> str:
    """Say in the form's words why nobody can promise this; "" for what can be promised."""
    if kind in (_LESS, _MORE, _POINTS) and number <= 0:
        return "A promise changes something: the number is above 0."
    if kind == _LESS and number > 100:
        return "There is no less than none: 100 % less is the most that can be promised."
    if kind == _LESS and number == 100 and unit not in _COUNTED:
        return f"{unit.capitalize()} never come down to 0: promise less than 100 % less."
    if kind == _MORE and number > _MOST_MORE:
        return f"At most {_MOST_MORE} % more can be promised."
    if kind == _POINTS and number > _MOST_POINTS:
        return f"NPS goes from -100 to 100: {_MOST_POINTS} points more is the most there is."
    if kind in (_AT_MOST, _AT_LEAST) and unit == "points" and not -100 <= number <= 100:
        return "NPS lies between -100 and 100."
    if kind in (_AT_MOST, _AT_LEAST) and unit == "share" and not 0 <= number <= 100:
        return "A share lies between 0 and 100 %."
    if kind in (_AT_MOST, _AT_LEAST) and unit not in ("share", "points") and number < 0:
        return "This figure is never below 0."
    return ""


def _goal_words(kind: str, unit: str) -> str:
    words = _GOALS[kind]
    if kind not in (_AT_MOST, _AT_LEAST):
        return words
    return f"{'%' if unit == 'share' else unit}, {words}" if unit else words


def goal_of(kind: str, number: float, unit: str) -> Goal:
    """Return the goal that a kind and a number mean: (less, 40) is a change of -0.4, shares are in percent.

    100 % less is none at all: at most 0.
    """
    if kind == _LESS and number == 100:
        return Goal(at_most=0.0)
    if kind in (_LESS, _MORE):
        return Goal(change=(-1 if kind == _LESS else 1) * round(number / 100, 6))
    if kind == _POINTS:
        return Goal(change_points=number)
    value = round(number / 100, 8) if unit == "share" else number
    return Goal(at_most=value) if kind == _AT_MOST else Goal(at_least=value)


def body(shown: Draft) -> str:
    """Return what a promise would be based on as HTML: baseline, noise, goal, and how often success would show."""
    rows = [("Baseline", shown.baseline), ("Noise", shown.noise), ("Goal", shown.goal)]
    parts = [
        f"<tr><td class='rl-faint'>{name}</td><td>{text.html(said)}</td></tr>" for name, said in rows if said
    ]
    if shown.power:
        tone = NOISE
        if shown.chance is not None:
            tone = GOOD if shown.chance >= _LIKELY else NOISE if shown.chance >= _UNLIKELY else CONCERN
        look = theme.tone(tone)
        parts.append(
            f"<tr><td class='rl-faint'>Would show</td><td class='{look.css}'>"
            f'<span aria-hidden="true">{look.icon}</span> {text.html(shown.power)}</td></tr>'
        )
    notes = "".join(empty.note_html(f"{word[:1].upper()}{word[1:]}.") for word in shown.warnings)
    return f'<table class="rl rl-table rl-draft"><tbody>{"".join(parts)}</tbody></table>{notes}'


def _give_back(key: str) -> None:
    """Give a field what was typed into it: while a day or the number is missing it is not shown, and forgotten."""
    if key not in st.session_state and (typed := st.session_state.get(f"_{key}")):
        st.session_state[key] = typed


def _agree(commitment: Commitment, view: View) -> None:
    _give_back(_PERSON)
    who = visitor.ask_name(_PERSON)
    st.session_state[f"_{_PERSON}"] = who
    problem = st.container()
    if not st.button("Write it down", type="primary", key="promise-agree"):
        st.caption(_SIGNED_WITH_IT if visitor.may(APPROVE) else _TO_BE_SIGNED)
        return
    try:
        unsigned = write(commitment, who, view)
    except ReliabilityError as error:
        with problem:
            empty.note(str(error))
        return
    said = f"Written down: {commitment.title}"
    st.session_state["_promised"] = f"{said}. It could not be signed: {unsigned}" if unsigned else said
    st.rerun()


def write(commitment: Commitment, who: str, view: View) -> str:
    """Write a promise into review.toml, and into the journal who did; whoever may also sign it does so at once.

    Returns why it could not be signed then, "" when it was, or when an approver is to sign it. Raises RightsError for
    somebody who may not, SettingsError with what is missing or wrong, JournalError when nobody could be kept; nothing
    is written then.
    """
    if not commitment.title:
        raise SettingsError("the promise has no words", "new promise", "Say what is promised.")
    visitor.require(ADMINISTER, "writing down a promise")
    who = visitor.signed(who)
    body = {"action": "promise written down", "title": commitment.title}
    with visitor.recorded(view.data_dir, "settings", commitment.id, body, who):
        add_commitment(view.data_dir, commitment)
    if not visitor.may(APPROVE):
        return ""
    try:
        keep(view.workspace, commitment, who)
    except ReliabilityError as error:
        return str(error)
    return ""
