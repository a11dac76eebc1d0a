"""Doubts: what may have been read wrongly of the exports, in sentences for pages and the command line."""

from collections.abc import Iterable, Mapping
from typing import Any

from reliability import formatting as fmt
from reliability.queries import Asks

_MAY_HOLD = {
    "a severity": ("a severity",),
    "a date": ("a date", "a resolve time"),
    "a resolve time": ("a resolve time", "a duration"),
    "a resolve time, only a closing": ("a resolve time", "a duration"),
}


def doubts(store: Asks, sources: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return (file, sentence) for every export whose rows lack what their figures are made of, or may count twice.

    sources: rows of lists/sources, which every page asks for anyway. The sentence names the columns that were not read
    and may hold it.
    """
    sources = list(sources)
    lacking = [row for row in sources if row["lacks"]]
    unread: dict[str, list[tuple[str, str]]] = {}
    for column in overlooked(store) if lacking else ():
        unread.setdefault(column["file"], []).append((column["column_name"], column["looks_like"]))
    found = []
    for row in lacking:
        of = "none" if row["lacking"] == row["kept"] else f"{fmt.count(row['kept'] - row['lacking'])} of them"
        has = "has" if of == "none" or row["kept"] - row["lacking"] == 1 else "have"
        said = f"{fmt.count(row['kept'])} {_noun(row['table_name'], row['kept'])} kept, {of} {has} {row['lacks']}"
        columns = [name for name, like in unread.get(row["file"], []) if like in _MAY_HOLD[row["lacks"]]]
        if row["lacks"] == "a resolve time, only a closing" and not columns:
            said += ", which tools set days later: where it was the end, map it as the resolve time"
        elif row["lacks"] == "a resolve time" and not columns:
            continue  # all of them may be open, and the figures say that none is known
        if columns:
            plural = "columns" if len(columns) > 1 else "column"
            said += f": {plural} {fmt.listed(columns)} {'were' if len(columns) > 1 else 'was'} not read"
        elif row["lacks"] == "a severity" and (words := unexplained(store.run("lists/severity_words"))):
            means = "mean" if len(words) > 1 else "means"
            said += f": nobody has said which level {fmt.listed([str(w['word']) for w in words])} {means}"
        found.append((row["file"], f"{said}."))
    found += [(row["file"], said) for row in sources if (said := _lost_to_an_id(row))]
    found += [(row["file"], _decided_in_vain(row)) for row in sources if row["lost_decisions"]]
    return found + [(row["file"], _counted_twice(row)) for row in sources if row["alike"]]


_SAME_ID = "same id as a newer row that says otherwise"


def _lost_to_an_id(row: Mapping[str, Any]) -> str:
    """What to do where most of the rows that newer ones replaced are other things that bear the same ids, else ""."""
    others = dict(zip(row["reasons"], row["reason_rows"], strict=True)).get(_SAME_ID, 0)
    if others < 2 or 2 * others < row["superseded"]:
        return ""
    return (
        f"{fmt.count(others)} rows left out, because newer ones have the same ids but another date or score: "
        "if they are not the same, map this file with an id of its own, or with each row as one, and both count."
    )


def _decided_in_vain(row: Mapping[str, Any]) -> str:
    number = row["lost_decisions"]
    verb, those = ("counts", "it") if number == 1 else ("count", "them")
    numbers = fmt.listed([f"“{number}”" for number in row["lost_numbers"]])
    return (
        f"{fmt.plural(number, 'decision')} about incident {numbers} {verb} for nothing, because "
        "other sheets or files now use the same numbers and each is read with its own name before it: "
        f"decide again on the Chronic issues page, and take {those} back there."
    )


def _counted_twice(row: Mapping[str, Any]) -> str:
    return (
        f"{fmt.count(row['alike'])} of {fmt.plural(row['kept'], 'incident')} look like one of "
        f"{fmt.listed(row['alike_others'])} (same service, at most 15 minutes later) and may count twice: "
        "decide on the Chronic issues page which are one outage, or map what the other tool calls them to external_ids."
    )


def all_doubts(store: Asks) -> list[tuple[str, str]]:
    """Return the doubts of a warehouse as it is now, for who has not asked for its sources."""
    return doubts(store, store.run("lists/sources", {"as_of": store.run("lists/meta").one()["as_of"]}).rows)


def unexplained(words: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return those rows of lists/severity_words whose word names neither a level nor a kind of row."""
    return [row for row in words if row["level"] is None and row["kind"] is None]


def overlooked(store: Asks) -> list[dict[str, Any]]:
    """Return the rows of lists/file_columns that nobody read and that look like something that matters."""
    return [row for row in store.run("lists/file_columns") if row["overlooked"]]


def unread_lines(columns: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return (file, sentence) for every export with unread columns that look like something that matters.

    columns: rows of lists/file_columns. The sentence names the unread ones with an example each, then the columns that
    were read: none of an export that no format knows.
    """
    missed: dict[str, list[str]] = {}
    taken: dict[str, list[str]] = {}
    for row in columns:
        if row["read"]:
            taken.setdefault(row["file"], []).append(row["column_name"])
        elif row["looks_like"]:
            missed.setdefault(row["file"], []).append(_with_example(row))
    return [
        (file, f"not read: {fmt.listed(said, 8)}; read: {fmt.listed(taken.get(file, []), 12) or 'none'}.")
        for file, said in missed.items()
    ]


def _with_example(row: Mapping[str, Any]) -> str:
    # Most exports are in no doubt, and what guesses is slow to load.
    from reliability.guesses import example_words

    said = f"{row['column_name']} looks like {row['looks_like']}"
    return f"{said} ({example_words(row['column_name'], tuple(row['examples'] or ())[:1])})"


def left_out_lines(store: Asks) -> list[tuple[str, str]]:
    """Return (file, sentence) for the rows that were set aside, with why, and for the incidents that have no length."""
    aside: dict[str, list[str]] = {}
    for row in store.run("lists/file_reasons"):
        if row["disposition"] == "set aside":
            aside.setdefault(row["file"], []).append(f"{fmt.count(row['rows'])} ({row['reason']})")
    found = [(file, f"set aside: {fmt.listed(said, 5)}.") for file, said in aside.items()]
    for row in store.run("lists/untimed_incidents"):
        parts = [
            f"{fmt.plural(number, 'incident')} over {when}"
            for number, when in (
                (row["reversed"], "before it began"),
                (row["zero_length"], "in the moment it began"),
            )
            if number
        ]
        found.append((row["file"], f"{' and '.join(parts)}: counted, but in no duration."))
    return found


def _noun(table: str, number: int) -> str:
    words = {"incidents": "incident", "nps_responses": "answer", "changes": "change"}
    return words[table] if number == 1 else f"{words[table]}s"
