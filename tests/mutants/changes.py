"""Every small change that can be made to a text of Python or SQL: operators, constants, conditions, returned values.

Only what a change touches is rewritten, so that comments, headers of queries and line numbers stay as they are. Words
(strings) and declarations (decorators, `strict=`) are left alone: they are held by other tests, or by none on purpose.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot.dialects import DuckDB
from sqlglot.tokens import Token, TokenType

_COMPARED = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==",
    "is not": "is", "is": "is not", "not in": "in", "in": "not in",
}  # fmt: skip
_COMPUTED = {
    "+": "-",
    "-": "+",
    "*": "/",
    "//": "/",
    "/": "*",
    "%": "*",
    "**": "*",
    "&": "|",
    "|": "&",
    "@": "*",
}
_JOINED = {"and": "or", "or": "and"}
_OPERATOR = re.compile(r"is\s+not|not\s+in|\*\*|//|<=|>=|==|!=|\bis\b|\bin\b|\band\b|\bor\b|[<>+\-*/%&|@]")
_DECLARED = {"strict"}

_SQL_OPERATORS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<>", "<>": "=", "!=": "="}
_SQL_WORDS = {
    "and": "or", "or": "and", "true": "false", "false": "true", "min": "max", "max": "min",
    "least": "greatest", "greatest": "least", "asc": "desc", "desc": "asc",
}  # fmt: skip
_SQL_COMPUTED = {"+": "-", "-": "+", "*": "/", "/": "*"}
_TYPES_WITH_LENGTHS = {"decimal", "numeric", "varchar", "char"}
# What stands before an operator between two values, and what may follow it.
_VALUE_ENDS = {TokenType.VAR, TokenType.NUMBER, TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.STRING}
_VALUE_BEGINS = {TokenType.VAR, TokenType.NUMBER, TokenType.L_PAREN, TokenType.PARAMETER, TokenType.CASE}


@dataclass(frozen=True)
class Change:
    """Characters start..end of a file's text replaced by others.

    file: path below the root. statement: the line(s) of the statement with spaces folded, `which` the how-manieth such
    change in it: what names the change after lines were added above it.
    """

    file: str
    statement: str
    which: int
    was: str
    becomes: str
    start: int
    end: int

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What names this change for as long as its statement stands."""
        return self.file, self.statement, f"{self.was} -> {self.becomes}", self.which

    def __str__(self) -> str:
        again = f" (no. {self.which})" if self.which > 1 else ""
        return f"{self.file}: {self.was} -> {self.becomes}{again} in: {self.statement}"

    def applied(self, text: str) -> str:
        """Return the text with the change made."""
        return text[: self.start] + self.becomes + text[self.end :]


def changes(file: str, text: str) -> list[Change]:
    """Return every change of a file by its place; the ending of the name decides how it is read."""
    found = _python(text) if file.endswith(".py") else _sql(text)
    seen: dict[tuple[str, str, str], int] = {}
    made = []
    for start, end, becomes, statement in sorted(set(found)):
        was = text[start:end]
        named = " ".join(statement.split()), " ".join(was.split()), becomes
        seen[named] = seen.get(named, 0) + 1
        made.append(Change(file, named[0], seen[named], named[1], becomes, start, end))
    return made


def _python(text: str) -> Iterator[tuple[int, int, str, str]]:
    tree = ast.parse(text)
    begins = [0]
    for line in text.splitlines(keepends=True):
        begins.append(begins[-1] + len(line))
    lines = text.splitlines()

    def at(line: int, column: int) -> int:
        """Turn a place of `ast`, whose columns count bytes, into one in the text."""
        return begins[line - 1] + len(lines[line - 1].encode()[:column].decode())

    def span(node: ast.expr | ast.stmt) -> tuple[int, int]:
        return at(node.lineno, node.col_offset), at(node.end_lineno or 0, node.end_col_offset or 0)

    def between(left: ast.expr, right: ast.expr, other: dict[str, str]) -> Iterator[tuple[int, int, str]]:
        begin, end = span(left)[1], span(right)[0]
        if (found := _OPERATOR.search(text, begin, end)) and (
            becomes := other.get(" ".join(found[0].split()))
        ):
            yield found.start(), found.end(), becomes

    def of(node: ast.AST) -> Iterator[tuple[int, int, str]]:
        match node:
            case ast.Compare():
                for left, right in zip([node.left, *node.comparators], node.comparators, strict=False):
                    yield from between(left, right, _COMPARED)
            case ast.BinOp():
                yield from between(node.left, node.right, _COMPUTED)
            case ast.BoolOp():
                for left, right in zip(node.values, node.values[1:], strict=False):
                    yield from between(left, right, _JOINED)
            case ast.UnaryOp(op=ast.Not()):
                begin = span(node)[0]
                yield begin, begin + len("not"), ""
            case ast.Constant(value=bool(value)):
                yield *span(node), str(not value)
            case ast.Constant(value=int() | float() as number):
                yield *span(node), _other_number(text[slice(*span(node))], number)
            case ast.Return(value=ast.expr() as value) if not (
                isinstance(value, ast.Constant) and value.value is None
            ):
                yield *span(value), "None"
            case ast.If(test=test) | ast.IfExp(test=test) if not isinstance(test, ast.UnaryOp):
                begin, end = span(test)
                yield begin, end, f"not ({text[begin:end]})"

    def walk(node: ast.AST, statement: str) -> Iterator[tuple[int, int, str, str]]:
        if isinstance(node, ast.stmt):
            begin, end = span(node)
            body = getattr(node, "body", None)
            if isinstance(body, list) and body:
                end = span(body[0])[0]
            statement = text[begin:end]
        for begin, end, becomes in of(node):
            yield begin, end, becomes, statement
        for name, value in ast.iter_fields(node):
            if name in ("decorator_list", "annotation", "returns"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not (
                    isinstance(child, ast.keyword) and child.arg in _DECLARED
                ):
                    yield from walk(child, statement)

    return walk(tree, "")


def _other_number(written: str, number: float) -> str:
    """Return a number near a number: one more for whole ones, a tenth more for others."""
    if isinstance(number, int):
        return str(number + 1)
    return repr(number * 1.1 if number else 1.0)


def _sql(text: str) -> Iterator[tuple[int, int, str, str]]:
    tokens = DuckDB().tokenize(text)
    ranges = 0  # `between` waits for an `and` that is no condition
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else None
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        word = token.text.lower()
        if token.token_type == TokenType.BETWEEN:
            ranges += 1
            continue
        if word == "and" and ranges:
            ranges -= 1
            continue
        becomes = _other_token(word, token, before, after, tokens[max(0, index - 4) : index])
        if becomes is not None:
            line = text[text.rfind("\n", 0, token.start) + 1 :].split("\n", 1)[0]
            yield token.start, token.end + 1, becomes, line


def _other_token(
    word: str, token: Token, before: Token | None, after: Token | None, earlier: list[Token]
) -> str | None:
    if token.token_type == TokenType.STRING:
        return None
    if word in _SQL_OPERATORS:
        return _SQL_OPERATORS[word]
    if token.token_type == TokenType.NUMBER:
        if any(one.text.lower() in _TYPES_WITH_LENGTHS for one in earlier):
            return None
        number = float(word) if re.search(r"[.e]", word) else int(word)
        return _other_number(word, number)
    if before is None:
        return None
    if word == "not" and before.text.lower() in ("and", "or", "where", "when", "on", "("):
        return ""
    if word == "null" and before.text.lower() == "is":
        return "not null"
    if after is None:
        return None
    if word in _SQL_WORDS:
        called = word in ("min", "max", "least", "greatest")
        is_name = before.text == "." or after.token_type == TokenType.ALIAS
        return None if is_name or (called and after.text != "(") else _SQL_WORDS[word]
    if word in _SQL_COMPUTED:
        values = before.token_type in _VALUE_ENDS and after.token_type in _VALUE_BEGINS
        return _SQL_COMPUTED[word] if values else None
    return None
