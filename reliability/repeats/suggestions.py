"""The suggestions of a workspace."""

from datetime import timedelta

from reliability.repeats import titles
from reliability.repeats.model import LOOK_BACK_DAYS, SAME_TITLE, SIMILAR_TEXT, TOP, Key, Suggestion
from reliability.workspace import Workspace


def suggested(
    workspace: Workspace,
    left_out: frozenset[tuple[Key, Key]] = frozenset(),
    per_incident: int = TOP,
    limit: int | None = None,
) -> tuple[Suggestion, ...]:
    """Suggest the earlier incidents that each incident may be the return of, as of the workspace's instant.

    The newest incident comes first, and for each the likeliest partner. The whole history is searched, whatever a page
    shows; what facts already say (an explicit link, one issue) is never suggested.
    left_out: pairs that are not suggested, in either order, such as those a person rejected; the next in rank moves
    up. per_incident: at most so many partners each. limit: at most so many suggestions, None: all.
    """
    rows = [row for row in workspace.store.run("repeats/texts") if row["opened_at"] <= workspace.as_of]
    folded = [titles.normalised(row["title"]) for row in rows]
    generic = titles.generic(folded)
    word_sets = [frozenset(filter(titles.informative, titles.words(title))) for title in folded]
    unwanted = {frozenset(pair) for pair in left_out}
    found: list[Suggestion] = []
    for n in reversed(range(len(rows))):
        row, partners = rows[n], []
        for m in reversed(range(n)):
            earlier = rows[m]
            apart = row["opened_at"] - earlier["opened_at"]
            if apart > timedelta(days=LOOK_BACK_DAYS):
                break
            if generic[n] or generic[m] or row["service"] != earlier["service"]:
                continue
            keys = ((row["source"], row["incident_id"]), (earlier["source"], earlier["incident_id"]))
            if (row["issue_id"] and row["issue_id"] == earlier["issue_id"]) or frozenset(keys) in unwanted:
                continue
            common = word_sets[n] & word_sets[m]
            score = len(common) / len(word_sets[n] | word_sets[m])
            if score >= 0.5:
                rule = SAME_TITLE if folded[n] == folded[m] else SIMILAR_TEXT
                partners.append(
                    Suggestion(
                        *keys[0], *keys[1], rule, score, tuple(sorted(common)), apart / timedelta(days=1)
                    )
                )
        found += sorted(partners, key=lambda s: (-s.score, s.days_apart))[:per_incident]
    return tuple(found[:limit])
