"""Text from exports and people, made safe to show. Nothing from a file reaches a page as markup."""

import hashlib
import html as _html
import re

from reliability import formatting

# Streamlit reads these after Markdown has taken the escapes away: icons (":material/delete:") and signs ("->", "--").
_LATER = re.compile(r":(?=material/|streamlit:)|<(?=[-=])|-(?=[->])|>(?==)")
_LONGEST_WHOLE = 24  # a longer id may break: on a phone it would not fit
_ID = re.compile(r"\b[A-Za-z]+-\d[\w-]*")
_WORD_JOINER = "\N{WORD JOINER}"  # has no width and no meaning

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:=^])")


def html(value: object) -> str:
    """Escape a value for HTML; None becomes an em dash."""
    return "—" if value is None else _html.escape(str(value), quote=True)


def prose(value: object) -> str:
    """Escape a definition for HTML: `names in backticks` become code, SQL's NULL is called no figure."""
    words = re.sub(r"(?<![\w`])NULL\b", "No figure", html(value))
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", words)


def markdown(value: object) -> str:
    """Escape a value for Markdown as Streamlit reads it: no emphasis, links, formulas, colours or icons.

    Line breaks become spaces, so that a title cannot start a list or a heading.
    """
    if value is None:
        return "—"
    plain = _LATER.sub(lambda found: found[0] + _WORD_JOINER, str(value))
    return _MARKDOWN.sub(r"\\\1", plain).replace("\n", " ").replace("\r", " ")


def has_markup(value: object) -> bool:
    """Tell whether Streamlit's Markdown may read something into a text, which some labels cannot escape."""
    return re.search(r"[\\`*_{}\[\]#+|<>~$:=^!]", str(value)) is not None


def title(value: object, most: int = 90) -> str:
    """Shorten a free text to `most` characters at a word, with an ellipsis. Never used on figures."""
    return formatting.shortened(value, most)


def key(value: object) -> str:
    """Turn a name into something that may stand in a file name. Two names may share one: keys are digests."""
    return re.sub(r"[^A-Za-z0-9]+", "-", str(value)).strip("-").lower() or "x"


def digest(value: object) -> str:
    """Turn any text into a short name of its own: two texts never share one, in whatever script they are written."""
    return hashlib.blake2s(str(value).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def css(value: object) -> str:
    """Quote a text as a CSS string; every character that could end it is written as its code."""
    coded = "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in str(value))
    return f'"{coded}"'


def is_id(label: object) -> bool:
    """Tell whether a label is one word that must not break at its hyphens: "IR-00505"."""
    return len(str(label)) <= _LONGEST_WHOLE and not any(c.isspace() for c in str(label))


def with_ids(value: object) -> str:
    """Escape a sentence for HTML; ids in it, such as IR-00505, do not break at their hyphens."""
    return _ID.sub(
        lambda found: f'<span class="rl-nowrap">{found[0]}</span>' if is_id(found[0]) else found[0],
        html(value),
    )
