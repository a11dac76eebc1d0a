"""Customers in the story of a chronic issue: the accounts hit, their answers before and after, and their words."""

from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.money import money
from reliability.review import nps_words
from reliability.statistics.nps import Move, NetPromoterScore, net_promoter_score, nps_change
from reliability.ui import empty, navigation, panels, tables, text, theme
from reliability.ui.chronic.page import seen_at
from reliability.ui.view import View

_MOST_ACCOUNTS, _MOST_WORDS = 10, 6


def accounts(issue_id: str, view: View) -> None:
    """Show the accounts the issue hit: what they are worth a year, how often they were hit, their last score."""
    asked = {"issue_id": issue_id, "as_of": seen_at(view)}
    found = view.scope.run("lists/chronic/chronic_accounts", limit=None, **asked).rows
    values = [row["annual_value"] for row in found if row["annual_value"] is not None]
    finding = f"{fmt.plural(len(found), 'account')} hit" if found else "Which accounts it hit is not known"
    if values:
        finding += f", worth {money(sum(values), view.currency)} a year"
    with panels.panel(
        "story-accounts", finding, "By annual value, since the first incident · last score: 0 to 10"
    ):
        if not found:
            empty.note(
                "Accounts need tickets or an export that says which incident hit which account.",
                concern=False,
            )
            return
        rows = [account_cells(row, view.zone, view.currency) for row in found[:_MOST_ACCOUNTS]]
        st.html(panels.table(("Account", "Value a year", "Hit", "Last hit", "Last score"), rows, (1, 2, 4)))
        if len(found) > _MOST_ACCOUNTS:
            empty.note(f"{fmt.count(len(found) - _MOST_ACCOUNTS)} more in the CSV.", concern=False)
        tables.download("accounts of a problem", lambda: found, view.zone)
        panels.source("Accounts hit", ("lists/chronic/chronic_accounts",), view, **asked)


def account_cells(row: dict[str, Any], zone: str, currency: str = "") -> tuple[str, ...]:
    """Return one account as cells of HTML; its name leads to the Customers page where there is one."""
    name = text.html(text.title(row["name"] or row["account_id"], 40))
    if (navigation.FOLDER / "customers.py").exists():
        address = navigation.address("customers", account=str(row["account_id"]))
        name = f'<a href="{text.html(address)}" target="_self">{name}</a>'
    about = row["segment"] or ""
    score = panels.faint("no answer")
    if row["last_score"] is not None:
        score = f"{row['last_score']}<br>{panels.faint(fmt.short_day(row['last_answered_at'], zone))}"
    return (
        f"{name}<br>{panels.faint(about)}" if about else name,
        money(row["annual_value"], currency),
        f"{fmt.count(row['incidents'])}×",
        panels.whole(fmt.day(row["last_hit_at"], zone)),
        score,
    )


def words(issue_id: str, view: View) -> None:
    """Show how the accounts scored before and after the issue first hit them, and what they wrote; nobody is named."""
    asked = {"issue_id": issue_id, "as_of": seen_at(view)}
    answers = view.scope.run("lists/chronic/chronic_nps", **asked).rows
    before, after = (scored(answers, side) for side in ("before", "after"))
    subtitle = "NPS of the accounts hit, the year before it first hit each of them and the year after · 90 % interval"
    with panels.panel("story-words", nps_finding(before, after), subtitle):
        if before.n or after.n:
            st.html(
                panels.table(
                    ("First hit", "NPS", "Margin", "Answers"),
                    [_score("Before", before), _score("After", after)],
                    (1, 2, 3),
                )
            )
            st.html(f'<p class="rl rl-note">{_change(before, after)}</p>')
        else:
            empty.note("No scored answer of the accounts it hit: answers need an account id.", concern=False)
        said = view.scope.run("lists/chronic/chronic_comments", limit=_MOST_WORDS, **asked).rows
        if said:
            days = fmt.plural(view.settings.incidents.repeat_look_back_days, "day")
            st.html(f'<p class="rl-heading rl-after">Written within {days} of an incident</p>')
            st.html(
                f'<ul class="rl rl-small rl-notes">{"".join(_quote(row, view.zone) for row in said)}</ul>'
            )
        panels.source(
            "Answers and words",
            ("lists/chronic/chronic_nps", "lists/chronic/chronic_comments"),
            view,
            **asked,
        )


def scored(answers: list[dict[str, Any]], side: str) -> NetPromoterScore:
    """Return the score of one side, several answers of one account taken as alike."""
    rows = [row for row in answers if row["side"] == side]
    return net_promoter_score([row["score"] for row in rows], [row["account_id"] for row in rows])


def nps_finding(before: NetPromoterScore, after: NetPromoterScore) -> str:
    """Return in words what the scores of the accounts did."""
    change = nps_change(after, before)
    if change is None:
        return "No score before and after"
    if not change.enough:
        return "Too few answers to tell what it did to NPS"
    if change.word is Move.NO_CHANGE_SHOWN:
        return "NPS of the accounts hit shows no change"
    return f"NPS of the accounts hit {change.word} by {fmt.count(abs(change.difference))} points"


def _score(name: str, score: NetPromoterScore) -> tuple[str, ...]:
    if score.value is None or score.interval is None:
        return name, panels.faint("no answer"), fmt.MISSING, "0"
    low, high = score.interval
    return (
        name,
        f"<b>{fmt.nps(score.value)}</b>",
        panels.faint(f"{fmt.nps(low)} to {fmt.nps(high)}"),
        f"{fmt.count(score.n)}<br>{panels.faint(fmt.plural(score.accounts, 'account'))}",
    )


def _change(before: NetPromoterScore, after: NetPromoterScore) -> str:
    change = nps_change(after, before)
    if change is None:
        return "One side has no answer: nothing to compare."
    look = theme.tone(nps_words.tone(change))
    low, high = change.interval
    return (
        f'<span class="{look.css}"><span aria-hidden="true">{look.icon}</span> <b>{text.html(change.word)}</b></span>: '
        f"{fmt.signed(change.difference)} points ({fmt.signed(low)} to {fmt.signed(high)}). Before and after is not "
        "cause and effect: other incidents hit the same accounts."
    )


def _quote(row: dict[str, Any], zone: str) -> str:
    about = " · ".join(
        part
        for part in (
            f"score {row['score']}",
            row["segment"] or "",
            fmt.day(row["responded_at"], zone),
            f"{fmt.plural(int(row['days_after']), 'day')} after {row['incident_id']}",
        )
        if part
    )
    return f"<li>“{text.html(text.title(row['comment'], 220))}”<br>{panels.faint(about)}</li>"
