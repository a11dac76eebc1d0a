"""Doubts: what may have been read wrongly of the exports, in sentences for pages and the command line."""

from reliability import formatting as fmt
from reliability.queries import Asks


def doubts(store: Asks) -> list[tuple[str, str]]:
    """Return (file, sentence) for every export whose rows lack what their figures are made of.

    The sentence names the columns that were not read and may hold it.
    """
    lacking = store.run("lists/doubts").rows
    unread: dict[str, list[tuple[str, str]]] = {}
    for row in store.run("lists/unread_columns") if lacking else ():
        unread.setdefault(row["file"], []).append((row["column_name"], row["looks_like"]))
    found = []
    for row in lacking:
        of = "none" if row["rows"] == row["kept"] else f"{fmt.count(row['kept'] - row['rows'])} of them"
        has = "has" if of == "none" or row["kept"] - row["rows"] == 1 else "have"
        said = f"{fmt.count(row['kept'])} {_noun(row['table_name'], row['kept'])} kept, {of} {has} {row['lacks']}"
        wanted = ("a severity",) if row["lacks"] == "a severity" else ("a date", "a resolve time")
        columns = [name for name, like in unread.get(row["file"], []) if like in wanted]
        if columns:
            plural = "columns" if len(columns) > 1 else "column"
            said += f": {plural} {fmt.listed(columns)} {'were' if len(columns) > 1 else 'was'} not read"
        found.append((row["file"], f"{said}."))
    return found


def unread_lines(store: Asks) -> list[tuple[str, str]]:
    """Return (file, sentence) for every recognised export with unread columns that look like something that matters."""
    columns: dict[str, list[str]] = {}
    for row in store.run("lists/unread_columns"):
        columns.setdefault(row["file"], []).append(f"{row['column_name']} looks like {row['looks_like']}")
    return [(file, f"not read: {fmt.listed(said, 8)}.") for file, said in columns.items()]


def _noun(table: str, number: int) -> str:
    words = {"incidents": "incident", "nps_responses": "answer", "changes": "change"}
    return words[table] if number == 1 else f"{words[table]}s"
