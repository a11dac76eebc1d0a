"""Writing: a mapping as the text of a `.sql` file, and back.

What the form says becomes SQL made of checked canonical names, quoted column names and quoted texts. The header keeps
what was said as one line of JSON, with a digest of the SQL below it: a file that was changed by hand since is not
edited in the form.
"""

import hashlib
import json
from pathlib import Path

from reliability.errors import ExportError, ReliabilityError
from reliability.exports.object_cells import NAMES
from reliability.mappings.places import RANGE_ENDS, Place, identifier, literal
from reliability.mappings.spec import (
    CONTAINS,
    HOWS,
    IS,
    IS_BLANK,
    IS_NOT,
    UNITS,
    Cell,
    LeaveOut,
    Spec,
    from_plain,
    plain,
)
from reliability.queries import parse_header
from reliability.schema import INSTANT, TABLES
from reliability.warehouse.format import REAL_FILE, Format, folded_column
from reliability.warehouse.formats import BUILT_IN, escaped, read_format
from reliability.warehouse.instants import DAY_FIRST, MONTH_FIRST
from reliability.zones import zone_names

_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
# The canonical column that takes an instant as seconds after opening.
LENGTHS = {
    name: name.removesuffix("_at") + "_seconds"
    for name in ("acknowledged_at", "engaged_at", "mitigated_at", "resolved_at")
}
# What is filled in, or changed, while a record lives: it makes the record no other one.
_COMES_LATER = frozenset({
    "severity", "priority", "status", "kind", "team", "root_cause", "problem_id", "repeat_of", "merged_into",
    "detected_at", "acknowledged_at", "engaged_at", "mitigated_at", "resolved_at", "closed_at", "solved_at",
    "merged_at", "released_at", "updated_at", "recorded_at", "exported_at", "reopen_count", "customers_affected",
    "incident_id", "actions_total", "actions_done",
})  # fmt: skip


def text_of(spec: Spec, name: str) -> str:
    """Write the `.sql` text of a mapping; `name` becomes the source of its rows.

    The columns are renamed, then read like the project's own file of that table. Raises ExportError for a choice that
    cannot work, naming it.
    """
    where = f"mapping '{spec.title}'"
    own = read_format(BUILT_IN / f"canonical_{spec.table}.sql")
    _check(spec, own, where)
    columns = dict.fromkeys(map(escaped, spec.columns))
    optional = [name for name in columns if name in set(map(escaped, spec.lacking))]
    requires = [
        name for name in dict.fromkeys([*columns, *map(escaped, spec.header)]) if name not in optional
    ]
    others = {column: spec.also[column] for column in spec.columns if spec.also.get(column)}
    also = [f"{escaped(column)} = {' | '.join(map(escaped, names))}" for column, names in others.items()]
    body = _sql(spec, own)
    said = json.dumps({**plain(spec), "sql": _digest(body)}, ensure_ascii=False)
    header = [
        f"-- title: {' '.join(spec.title.split())}",
        f"-- definition: {_definition(spec)}",
        f"-- source: {name}",
        f"-- table: {spec.table}",
        f"-- requires: {' ; '.join(requires)}",
        f"-- optional: {' ; '.join(optional)}",
        f"-- also: {' ; '.join(also)}",
        f"-- zone: {spec.zone}",
        f"-- date order: {spec.date_order}",
        f"-- instead of: {spec.instead_of}",
        f"-- encoding: {spec.encoding}",
        f"-- verified: {REAL_FILE}",
        f"-- form: {said}",
    ]
    return "\n".join([*header, "", body]) + "\n"


def spec_of(path: Path) -> Spec | None:
    """Read back what the form said; None for a file that was written, or changed, by hand."""
    try:
        text = path.read_text(encoding="utf-8")
        header = parse_header(text, path.name)
        said = json.loads(header["form"])
        if said.pop("sql") != _digest(text.split("\n\n", 1)[1].rstrip("\n")):
            return None
        return from_plain(header["title"], header["table"], said)
    except (OSError, ReliabilityError, KeyError, IndexError, TypeError, ValueError, AttributeError):
        return None


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def _check(spec: Spec, own: Format, where: str) -> None:
    table = TABLES[spec.table]
    needed = [
        c for c in table.required if c not in spec.cells and not (spec.each_row and c == _own_id(spec.table))
    ]
    if not spec.cells or needed:
        wanted = ", ".join(f"'{c}'" for c in needed) or "anything"
        raise ExportError(f"no column is chosen for {wanted}", where, "Choose one: no row counts without it.")
    if spec.zone and spec.zone not in zone_names():
        raise ExportError(f"there is no time zone '{spec.zone}'", where, "Write an IANA name: Europe/Berlin.")
    if spec.date_order not in ("", DAY_FIRST, MONTH_FIRST):
        raise ExportError(f"the date order is '{spec.date_order}'", where, "Choose dmy or mdy.")
    for column, cell in spec.cells.items():
        if column not in own.columns:
            known = ", ".join(f"'{c}'" for c in own.columns)
            raise ExportError(f"{spec.table} has no column '{column}'", where, f"It has {known}.")
        if cell.unit and (cell.unit not in UNITS or LENGTHS.get(column) not in own.columns):
            raise ExportError(
                f"'{column}' cannot be a length of time", where, "Choose the column with the instant."
            )
        if cell.time and table.columns.get(column) != INSTANT:
            raise ExportError(f"'{column}' has no time of day", where, "Choose one column for it.")
    for rule in spec.leave_out:
        if rule.how not in HOWS or (rule.how in (IS, IS_NOT, CONTAINS) and not rule.values):
            raise ExportError(
                f"rows to leave out: no value is given for '{rule.place.label}'", where, "Choose one."
            )
    _check_other_files(spec, where)


def _check_other_files(spec: Spec, where: str) -> None:
    """Hold that what other files call or lack leaves no doubt which column is which, and every row its id and date."""
    own = {folded_column(column) for column in spec.columns}
    for column, names in spec.also.items():
        if taken := [name for name in names if folded_column(name) in own - {folded_column(column)}]:
            what = f"'{taken[0]}' is read as another column already"
            raise ExportError(
                what, where, "Map that file separately: one mapping cannot read the column as both."
            )
    if without := [column for column in spec.needed if column in spec.lacking]:
        what = f"a file without '{without[0]}' would have no row that counts"
        raise ExportError(what, where, "Choose the column that stands for it.")


def _own_id(table: str) -> str:
    first = TABLES[table].required[0] if TABLES[table].required else ""
    return first if first.endswith("_id") else ""


def _definition(spec: Spec) -> str:
    parts = [f"{column} from {_said(cell)}" for column, cell in spec.cells.items()]
    if spec.each_row:
        parts.insert(0, "each row is a record of its own")
    text = f"Mapped by hand: {', '.join(parts)}."
    if spec.zone_in:
        text += f" Times without a zone are in the one that {spec.zone_in.label} says."
    if spec.leave_out:
        text += f" Left out where {'; where '.join(rule.words for rule in spec.leave_out)}."
    return " ".join(text.split())


def _said(cell: Cell) -> str:
    said = cell.place.label
    if cell.time:
        said += f" and {cell.time.label}"
    if cell.unit:
        said += " (a length of time)" if cell.unit == "clock" else f" (a length in {cell.unit})"
    if cell.worst is not None:
        said += f" ({cell.worst:g} is worst)"
    return said


def _sql(spec: Spec, own: Format) -> str:
    given = {}
    for column, cell in spec.cells.items():
        if cell.time and (start := _same_day(column, cell, spec)):
            given[LENGTHS[column]] = f"seconds_to_clock({_shown(start)}, {_shown(cell.time)})::varchar"
        elif column in LENGTHS and (whole := _one_range(cell, spec)):
            # An end without a day may be after midnight: what is certain is how long it took.
            given[LENGTHS[column]] = f"range_seconds({whole})::varchar"
            given[column] = f"case when range_seconds({whole}) is null then {_shown(cell.place)} end"
        else:
            given[_target(column, cell)] = _value(column, cell, spec)
    if spec.each_row:
        given[_own_id(spec.table)] = _row_id(spec)
    cells = [f"{given.get(c, 'null::varchar')} as {identifier(c)}" for c in own.columns]
    if spec.leave_out:
        cells.append(f"{_reason(spec.leave_out)} as left_out_because")
    renamed = [
        "with renamed as (",
        "    select",
        *(f"        {cell}," for cell in cells),
        "        source_line",
    ]
    body = own.sql.split("\n\n", 1)[1].replace("from export", "from renamed")
    if not spec.leave_out:
        joint = "),\n\n" if body.startswith("with ") else ")\n\n"
        return "\n".join([*renamed, "    from export", joint + body.removeprefix("with ")]).rstrip("\n")
    inner = "\n".join(f"    {line}".rstrip() for line in body.splitlines())
    outer = [
        "select canonical.*, renamed.left_out_because::varchar as excluded_reason",
        "from canonical",
        "inner join renamed using (source_line)",
    ]
    return "\n".join([*renamed, "    from export", "),", "", "canonical as (", inner, ")", "", *outer])


def _same_day(column: str, cell: Cell, spec: Spec) -> Place | None:
    """The time of day of the opening where this is another one beside the same date: it may be after midnight."""
    opened = spec.cells.get("opened_at")
    if column in LENGTHS and opened and opened.time and cell.place == opened.place:
        return opened.time
    return None


def _one_range(cell: Cell, spec: Spec) -> str:
    """The SQL of the cell that says from when to when, where this is its end and its start is the opening; else ""."""
    opened, (start, end) = spec.cells.get("opened_at"), RANGE_ENDS
    column = cell.place.column
    if cell.time or cell.place.steps != (end,) or opened != Cell(Place(column, (start,))):
        return ""
    return _shown(Place(column))


def _target(column: str, cell: Cell) -> str:
    return LENGTHS[column] if cell.unit else column


def _shown(place: Place) -> str:
    """The SQL of a place; the view `export` spells a column as the header does."""
    return Place(" ".join(place.column.split()), place.steps).sql


def _value(column: str, cell: Cell, spec: Spec) -> str:
    value = _named(cell.place, spec)
    if cell.time:
        value = f"day_with_time({value}, {_shown(cell.time)})"
    if spec.zone_in and not cell.unit and TABLES[spec.table].columns.get(column) == INSTANT:
        return f"with_zone({value}, {_shown(spec.zone_in)})"
    if cell.time:
        return value
    if cell.unit == "clock":
        return f"length_in_seconds({value})::varchar"
    if cell.unit:
        return f"(length_as_number({value}) * {_SECONDS[cell.unit]})::varchar"
    if cell.worst is not None and column == "severity":
        return f"level_of_number({value}, {cell.worst!r}::double, {str(cell.rising).lower()})"
    return value


def _named(place: Place, spec: Spec) -> str:
    """The SQL of a place; of a cell that is also read inside, hence as JSON, the name that readers give an object."""
    value = _shown(place)
    others = (p for p in spec.places if p.column == place.column and p.steps and p.steps[0] not in RANGE_ENDS)
    if place.steps or next(others, None) is None:
        return value
    whole = f"case when json_valid({value}) then {value}::json end"
    return (
        f"coalesce({', '.join(f'json_extract_string({whole}, {literal(name)})' for name in NAMES)}, {value})"
    )


def _row_id(spec: Spec) -> str:
    """An id of what a row says from the first day on: in a later export it is the same record, twins are numbered."""
    first_said = [
        place for name, cell in spec.cells.items() if name not in _COMES_LATER for place in cell.places
    ]
    whole = ", ".join(f"coalesce({_shown(place)}, '')" for place in dict.fromkeys(first_said))
    contents = f"md5(concat_ws(chr(31), {whole}))"
    return f"concat('row ', {contents}[:12], '-', row_number() over (partition by {contents} order by source_line))"


def _reason(rules: tuple[LeaveOut, ...]) -> str:
    return f"case {' '.join(f'when {_condition(rule)} then {literal(rule.words)}' for rule in rules)} end"


def _condition(rule: LeaveOut) -> str:
    value = f"lower(trim(coalesce({_shown(rule.place)}, '')))"
    if rule.how == CONTAINS:
        return (
            "(" + " or ".join(f"contains({value}, {literal(v.strip().lower())})" for v in rule.values) + ")"
        )
    if rule.how in (IS, IS_NOT):
        listed = ", ".join(literal(v.strip().lower()) for v in rule.values)
        return f"{value} {'not in' if rule.how == IS_NOT else 'in'} ({listed})"
    return f"{value} {'=' if rule.how == IS_BLANK else '<>'} ''"
