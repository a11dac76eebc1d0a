"""Text files in any encoding, as UTF-8: the file itself where it is already, else a copy."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reliability.exports.code_pages import LOOKED_AT, WESTERN, CodePage, code_page

HEAD = 1 << 20
"""Bytes of a file that are looked at before anything is decided."""

_CHUNK = 1 << 23
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNDEFINED_IN_CP1252 = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\r\f\x1b\x1f\0")
_C1 = range(0x80, 0xA0)


@dataclass(frozen=True)
class TextFile:
    """A file that is UTF-8 and has `\\n` between its lines. encoding: what the original was.

    checked: every byte was seen to be UTF-8; otherwise only the first HEAD bytes were. perhaps: the code page that it
    may be as well, "" where there is no doubt. page: the one that a person gave, "" where nobody did.
    """

    path: Path
    encoding: str
    checked: bool
    perhaps: str = ""
    page: str = ""


def read_head(path: Path) -> bytes:
    """Return the first HEAD bytes."""
    with path.open("rb") as file:
        return file.read(HEAD)


def is_binary(head: bytes) -> bool:
    """Tell whether these bytes are no text in any encoding known here: a picture, a program, an archive.

    Zero bytes do not count: a text file that a crash cut short may end in thousands of them.
    """
    text = head.translate(None, b"\0")
    if not text or _wide_encoding(head):
        return False
    controls = len(text) - len(text.translate(None, _CONTROLS))
    return controls > len(text) * 0.04


def as_utf8(path: Path, scratch: Path, thorough: bool = False, page: str = "") -> TextFile:
    """Return the file as UTF-8 text, copied into `scratch` only where that takes a change.

    UTF-16 and UTF-32 are known by their mark or their zero bytes. A line that is not UTF-8 is read in the code page of
    all such lines (see code_pages), as cp1252 when it cannot be, else as latin-1, which can hold any byte: no line
    is ever lost, and none changes how its neighbours are read.
    thorough: look at every byte instead of the first HEAD. page: the code page, where a person has said it.
    """
    head = read_head(path)
    if wide := _wide_encoding(head):
        return TextFile(_recoded(path, scratch, wide), wide, True)
    old_mac = b"\r" in head and b"\n" not in head
    if not thorough and not old_mac and _starts_as_utf8(head):
        return TextFile(path, "utf-8", len(head) < HEAD, page=page)
    others = _other_lines(path)
    if not others and not old_mac:
        return TextFile(path, "utf-8", True)
    found = CodePage(page) if page else code_page(others)
    copy = scratch / "utf8.txt"
    names: set[str] = set()
    with copy.open("wb") as out:
        for chunk in _whole_lines(path):
            if old_mac:
                chunk = chunk.replace(b"\r", b"\n")
            out.write(_as_utf8(chunk, found.name, names))
    return TextFile(copy, _named(names), True, perhaps=found.perhaps)


def _wide_encoding(head: bytes) -> str:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    # Without a mark, mostly western text shows a zero in every other byte, and few in between.
    sample = head[:4096]
    pairs = len(sample) // 2
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if pairs < 4 or min(even, odd) > pairs * 0.2 or max(even, odd) < pairs * 0.6:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _starts_as_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < HEAD)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _other_lines(path: Path) -> list[bytes]:
    """The first lines of a file that are not UTF-8, as many as it takes to tell what they are."""
    found: list[bytes] = []
    size = 0
    for chunk in _whole_lines(path):
        if _is_utf8(chunk):
            continue
        for line in chunk.split(b"\n"):
            if not line.isascii() and not _is_utf8(line):
                found.append(line)
                size += len(line)
        if size > LOOKED_AT:
            break
    return found


def _named(names: set[str]) -> str:
    # cp1252 and latin-1 differ in few signs: lines that need neither of them go by the name of the rest.
    others = names - {"utf-8"}
    if others == {"cp1252", "latin-1"}:
        others = {"cp1252"}
    return " and ".join([*["utf-8"] * ("utf-8" in names or not others), *sorted(others)])


def _as_utf8(chunk: bytes, page: str, names: set[str]) -> bytes:
    """Whole lines as UTF-8; the codecs of those beyond ASCII are added to `names`."""
    if _is_utf8(chunk):
        if not chunk.isascii():
            names.add("utf-8")
        return chunk
    lines = chunk.split(b"\n")
    for at, line in enumerate(lines):
        if line.isascii():
            continue
        if _is_utf8(line):
            names.add("utf-8")
            continue
        lines[at], codec = _decoded(line, page)
        names.add(codec)
    return b"\n".join(lines)


def _decoded(line: bytes, page: str) -> tuple[bytes, str]:
    """A line in UTF-8, and its codec: one sign that the page does not have makes no other line latin-1."""
    if page != WESTERN:
        try:
            return line.decode(page).encode(), page
        except UnicodeDecodeError:
            pass
    controls = {byte for byte in _C1 if byte in line}
    codec = WESTERN if controls and not controls & _UNDEFINED_IN_CP1252 else "latin-1"
    return line.decode(codec).encode(), codec


def _whole_lines(path: Path) -> Iterator[bytes]:
    """Yield the file in large pieces that end where a line ends."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk + file.readline()


def _recoded(path: Path, scratch: Path, encoding: str) -> Path:
    copy = scratch / "utf8.txt"
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    with path.open("rb") as file, copy.open("w", encoding="utf-8", newline="") as out:
        while chunk := file.read(_CHUNK):
            out.write(decoder.decode(chunk))
        out.write(decoder.decode(b"", final=True))
    return copy
