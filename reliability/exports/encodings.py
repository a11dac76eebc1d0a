"""Text files in any encoding, as UTF-8: the file itself where it is already, else a copy."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HEAD = 1 << 20
"""Bytes of a file that are looked at before anything is decided."""

_CHUNK = 1 << 23
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNDEFINED_IN_CP1252 = bytes([0x81, 0x8D, 0x8F, 0x90, 0x9D])
_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\r\f\x1b\x1f\0")
_C1 = bytes(range(0x80, 0xA0))


@dataclass(frozen=True)
class TextFile:
    """A file that is UTF-8 and has `\\n` between its lines. encoding: what the original was.

    checked: every byte was seen to be UTF-8; otherwise only the first HEAD bytes were.
    """

    path: Path
    encoding: str
    checked: bool


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


def as_utf8(path: Path, scratch: Path, thorough: bool = False) -> TextFile:
    """Return the file as UTF-8 text, copied into `scratch` only where that takes a change.

    UTF-16 and UTF-32 are known by their mark or their zero bytes. A line that is not UTF-8 is read as
    cp1252 when all such lines of the file can be, else as latin-1, which can hold any byte: no line is ever
    lost.
    thorough: look at every byte instead of the first HEAD.
    """
    head = read_head(path)
    if wide := _wide_encoding(head):
        return TextFile(_recoded(path, scratch, wide), wide, True)
    old_mac = b"\r" in head and b"\n" not in head
    if not thorough and not old_mac and _starts_as_utf8(head):
        return TextFile(path, "utf-8", len(head) < HEAD)
    encoding, fallback = _survey(path)
    if encoding == "utf-8" and not old_mac:
        return TextFile(path, encoding, True)
    copy = scratch / "utf8.txt"
    with copy.open("wb") as out:
        for chunk in _whole_lines(path):
            if old_mac:
                chunk = chunk.replace(b"\r", b"\n")
            out.write(chunk if _is_utf8(chunk) else b"\n".join(_mended(chunk, fallback)))
    return TextFile(copy, encoding, True)


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


def _survey(path: Path) -> tuple[str, str]:
    """Return the name of the file's encoding, and the codec for its lines that are not UTF-8."""
    utf8_lines = high = False
    other = bytearray()
    for chunk in _whole_lines(path):
        if _is_utf8(chunk):
            utf8_lines = utf8_lines or not chunk.isascii()
            continue
        for line in chunk.split(b"\n"):
            if line.isascii():
                continue
            if _is_utf8(line):
                utf8_lines = True
            else:
                high = True
                other = bytearray(set(other) | set(line))
    if not high:
        return "utf-8", "utf-8"
    if any(b in other for b in _UNDEFINED_IN_CP1252) or not any(b in other for b in _C1):
        fallback = "latin-1"
    else:
        fallback = "cp1252"
    return (f"utf-8 and {fallback}" if utf8_lines else fallback), fallback


def _mended(chunk: bytes, fallback: str) -> Iterator[bytes]:
    for line in chunk.split(b"\n"):
        yield line if line.isascii() or _is_utf8(line) else line.decode(fallback).encode()


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
