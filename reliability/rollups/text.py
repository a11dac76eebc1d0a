"""The texts in queries/rollups/: read once, put together as sqlglot trees, written in an engine's dialect.

Names and texts of a log enter as nodes of the tree, never as pieces of SQL.
"""

from collections.abc import Sequence
from functools import cache

import sqlglot
from sqlglot import exp

from reliability.queries import Query, catalogue, query
from reliability.rollups.model import CSV, JSON, Column, Layout

DIALECTS = ("duckdb", "spark", "trino", "clickhouse")
TESTED = ("duckdb", "spark")

_KINDS = {"instant": "instants", "text": "texts", "whole": "whole_numbers", "measure": "measures"}
_SQL_TYPES = {"text": "varchar", "whole": "bigint", "measure": "double", "instant": "bigint"}
_NOT_UTF8 = "�"


@cache
def _tree(name: str) -> exp.Select:
    tree = sqlglot.parse_one(query(name).sql, read="duckdb")
    assert isinstance(tree, exp.Select)
    for node in tree.walk():
        node.pop_comments()
    return tree


def columns_of(read: Query) -> tuple[Column, ...]:
    """The columns that a `read` query asks of a log, from its header."""
    found = []
    for part in read.header["logs"].split(";"):
        name, kind, called, *mark = part.split()
        found.append(Column(name, kind, called, mark == ["?"]))
    return tuple(found)


def written(tree: exp.Expr, dialect: str) -> str:
    """A tree as text of a dialect."""
    return tree.sql(dialect=dialect, pretty=True, unsupported_level=sqlglot.ErrorLevel.RAISE)


def chained(
    name: str,
    columns: tuple[Column, ...],
    called: dict[str, str],
    layouts: Sequence[Layout],
    has_ids: bool,
) -> exp.Select:
    """The statement of the `read` query `name` over `raw_0` ... `raw_N`, one per layout.

    called: our name -> the log's, of the columns that the log has.
    """
    steps: dict[str, exp.Expr] = {}
    parts: list[exp.Expr] = []
    for number, layout in enumerate(layouts):
        kinds = {c.name: dict(layout.columns).get(called.get(c.name, ""), "") for c in columns}
        steps[f"cells_{number}"] = _cells(f"raw_{number}", columns, called, layout, kinds)
        parts.append(_values(f"cells_{number}", columns, kinds))
    scan = parts[0]
    for part in parts[1:]:
        scan = exp.union(scan, part, distinct=False)
    steps["logs_0"] = scan
    final, copies = _tree(name).copy(), "first_copies" if has_ids else "every_copy"
    chain = [*(_tree(f"rollups/{step}").copy() for step in ("local_times", copies, "refused")), final]
    for number, text in enumerate(chain):
        _rename(text, "logs", f"logs_{number}")
        steps |= {cte.alias: cte.this for cte in text.ctes}
        text.set("with_", None)
        if text is not final:
            steps[f"logs_{number + 1}"] = text
    for alias, step in steps.items():
        final = final.with_(alias, as_=step, copy=False)
    return final


def _rename(tree: exp.Expr, old: str, new: str) -> None:
    for table in tree.find_all(exp.Table):
        if table.name == old:
            alias = table.alias or old
            table.set("this", exp.to_identifier(new))
            table.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))


def _cells(
    raw: str, columns: tuple[Column, ...], called: dict[str, str], layout: Layout, kinds: dict[str, str]
) -> exp.Select:
    """Our columns as the log writes them; of CSV, its line taken apart. A broken line has none."""
    there = {c.name: called[c.name] for c in columns if kinds[c.name]}
    if layout.format == CSV:
        broken = _torn(layout)
        found: dict[str, exp.Expr] = {
            name: exp.case().when(exp.not_(broken), _cell(layout, their)) for name, their in there.items()
        }
    else:
        found = {name: exp.column(their, quoted=True) for name, their in there.items()}
        # Engines hand out a line that is no JSON object as a row of nothing.
        nothing = [exp.column(their, quoted=True).is_(exp.null()) for their in there.values()]
        broken = exp.and_(*nothing) if layout.format == JSON else exp.false()
    cells = [value.as_(name) for name, value in found.items()]
    return exp.select(exp.column("file"), broken.as_("is_broken"), *cells).from_(raw)


def _values(cells: str, columns: tuple[Column, ...], kinds: dict[str, str]) -> exp.Select:
    """Cells as seconds, numbers and texts."""
    made: list[exp.Expr] = [exp.column("file"), exp.column("is_broken")]
    for column in columns:
        value = _value(column, kinds[column.name])
        if column.name == "at":
            made.append(exp.cast(value["at_written"], "bigint").as_("at_written"))
            made.append(value["is_local"].as_("is_local"))
        elif column.name == "count":
            weight = value.get("found", exp.Literal.number(1))
            made.append(exp.cast(weight, "bigint").as_("requests"))
        else:
            first = next(iter(value.values()), exp.null())
            made.append(exp.cast(first, _SQL_TYPES[column.kind]).as_(column.name))
    return exp.select(*made).from_(cells)


def _value(column: Column, physical: str) -> dict[str, exp.Expr]:
    """The expressions of a text in values/, over the column; none where the log has no such column."""
    if not physical:
        return {}
    made = {}
    for part in _tree(f"rollups/values/{_KINDS[column.kind]}_of_{physical}").expressions:
        holder = exp.Paren(this=part.this.copy())
        for node in list(holder.find_all(exp.Column)):
            if node.name == "value":
                node.replace(exp.column(column.name))
        made[part.alias] = holder.this
    return made


def is_readable(kind: str, physical: str) -> bool:
    """Whether there is a text in values/ that makes the one of the other."""
    return f"rollups/values/{_KINDS[kind]}_of_{physical}" in catalogue()


def _torn(layout: Layout) -> exp.Expr:
    """Whether a CSV line has not as many cells as the header, or is not UTF-8."""
    surplus = len(layout.columns) - 1
    cell = f'(?:"(?:[^"]|"")*"|[^"{layout.delimiter}]*)'
    whole = f"^(?:{cell}[{layout.delimiter}]){{{surplus}}}{cell}$"
    return _parsed(
        """
        strpos(line, not_utf8) > 0
        or case
            when strpos(line, '"') > 0 then not regexp_matches(line, whole)
            else length(line) - length(replace(line, delimiter, '')) <> surplus
        end
        """,
        not_utf8=_NOT_UTF8,
        whole=whole,
        delimiter=layout.delimiter,
        surplus=surplus,
    )


def _cell(layout: Layout, name: str) -> exp.Expr:
    """One cell of a CSV line; the quotes around it are taken off."""
    place = [column for column, _ in layout.columns].index(name)
    cell = f'(?:"(?:[^"]|"")*"|[^"{layout.delimiter}]*)'
    return _parsed(
        """
        case
            when strpos(line, '"') = 0 then split_part(line, delimiter, place)
            when regexp_matches(regexp_extract(line, pattern, 1), '^"')
                then replace(
                    substr(regexp_extract(line, pattern, 1), 2, length(regexp_extract(line, pattern, 1)) - 2),
                    '""', '"'
                )
            else regexp_extract(line, pattern, 1)
        end
        """,
        delimiter=layout.delimiter,
        place=place + 1,
        pattern=f"^(?:{cell}[{layout.delimiter}]){{{place}}}({cell})",
    )


def _parsed(text: str, **values: str | int) -> exp.Expr:
    """An expression in which the columns named in `values` are replaced by those literals."""
    holder = exp.Paren(this=sqlglot.parse_one(text, read="duckdb"))
    for node in list(holder.find_all(exp.Column)):
        value = values.get(node.name)
        if value is not None:
            node.replace(exp.Literal.number(value) if isinstance(value, int) else exp.Literal.string(value))
    return holder
