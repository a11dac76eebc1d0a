"""What a figure without a value lacks: an export, or a column that no row fills. Read from the figure's header."""

from reliability import formatting as fmt
from reliability.queries.figures import Figure, figures
from reliability.ui.view import View, opened_view


def of(figure_id: str) -> str:
    """Say what a figure that has no value lacks, as a sentence; "" where it is the window that holds nothing."""
    found, opened = figures().get(figure_id), opened_view()
    if found is None or opened is None:
        return ""
    return _tables(found, opened) or _columns(found, opened)


def _tables(found: Figure, view: View) -> str:
    kept: dict[str, int] = {}
    for file in view.scope.run("lists/file_accounting"):
        kept[file["table_name"] or ""] = kept.get(file["table_name"] or "", 0) + (file["kept"] or 0)
    absent = [name for name in found.tables if not kept.get(name)]
    words = fmt.listed([name.replace("_", " ").replace("nps", "NPS") for name in absent], 5)
    return f"An export with {words} fills this." if absent else ""


def _columns(found: Figure, view: View) -> str:
    if not found.lacking:
        return ""
    filled = {
        (row["table_name"], row["column_name"])
        for row in view.scope.run("lists/filled_columns")
        if row["filled"]
    }
    if filled & set(found.lacking_columns):
        return ""
    return f"{found.lacking[:1].upper()}{found.lacking[1:]}."
