"""Whether the chances given to promises were right: their score and a reliability diagram, once enough have ended."""

import streamlit as st

from reliability import formatting as fmt
from reliability.charts import calibration
from reliability.commitments import commitment_statuses
from reliability.scrutiny.forecasts import ENOUGH, Scored, scored, too_few
from reliability.settings.periods import midnight
from reliability.ui import plot, text
from reliability.ui.view import View


def section(view: View | None) -> None:
    """Show how the chances of ended promises came true, "too few" before there are enough of them."""
    if view is None or not view.settings.commitments:
        return
    st.html('<h2 class="rl">Were the chances of promises right?</h2>')
    zone = view.settings.organisation.zone
    ended = sum(midnight(c.end, zone) <= view.as_of for c in view.settings.commitments)
    if ended < ENOUGH:  # nothing needs to be read for this
        _say(too_few(ended))
        return
    found = view.remembered(("chances", view.as_of), lambda: _scored(view))
    _say(found.words)
    if found.brier is None:
        return
    groups = [
        calibration.Told(
            g.chance,
            g.kept / g.of,
            g.interval.low,
            g.interval.high,
            f"{fmt.share(g.chance)} on average: {g.kept} of {g.of} kept<br>"
            f"90 % range {fmt.share(g.interval.low)} to {fmt.share(g.interval.high)}",
        )
        for g in found.groups
    ]
    said = "; ".join(f"{fmt.share(g.chance)}: {g.kept} of {g.of} kept" for g in found.groups)
    _say("Each point is a fifth of the chances; on the dotted line they came true as often as they said.")
    plot.draw(
        "chances-came-true",
        calibration.figure(groups, "app"),
        f"Chances given half way and what came of them. {said}.",
        clickable=False,
    )


def _scored(view: View) -> Scored:
    return scored(view.store, view.settings, commitment_statuses(view.store, view.settings, view.as_of))


def _say(words: str) -> None:
    st.html(f'<p class="rl rl-small">{text.html(words)}</p>')
