"""Bytes to text when nobody can be believed about the encoding; and text without what hides or breaks things."""

from __future__ import annotations

import binascii
import codecs
import quopri
import re

# Only these: Python knows codecs that are no charsets ("unicode_escape"), or slow on purpose ("punycode").
_CHARSETS = {
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-7",
    "gb18030", "big5", "euc_jp", "shift_jis", "iso2022_jp", "euc_kr", "cp949", "koi8-r", "koi8-u", "mac-roman",
    "tis-620", "cp437", "cp850", "cp866", "cp874", "cp932",
    *(f"cp125{number}" for number in range(9)),
    *(f"iso8859-{number}" for number in range(2, 17) if number != 12),
}  # fmt: skip
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "ascii": "utf-8", "iso8859-1": "cp1252", "euc_kr": "cp949"}
_DIRECTION = "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"  # can make a text read as another
_HIDDEN = re.compile(
    f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_DIRECTION}\ufeff\ufff9-\ufffc\ud800-\udfff\U000e0000-\U000e007f]"
)
_BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\s]{0,1000}|[^?\n]{0,1000})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s{1,20}(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))


def decode_text(data: bytes, charset: str) -> str:
    """The text, whatever the bytes are: the charset named if it fits, else UTF-8, else Windows' Western one."""
    for name in (_known(charset), "utf-8"):
        try:
            if name:
                return data.decode(name)
        except (UnicodeError, ValueError):
            continue
    named = _known(charset)
    return data.decode(named if named and named != "utf-8" else "cp1252", "replace")


def _known(charset: str) -> str:
    """The codec of a charset's name; '' when we do not take it. RFC 2231 may add a language after a star."""
    try:
        name = codecs.lookup(charset.strip(" '\"").partition("*")[0].lower()[:40]).name
    except (LookupError, ValueError):
        return ""
    name = _SUPERSETS.get(name, name)
    return name if name in _CHARSETS else ""


def decode_base64(data: bytes) -> bytes:
    """What can be decoded, leaving out what does not belong there; a character too many at the end is dropped."""
    clean = data.translate(None, _NOT_BASE64)
    clean = clean[: len(clean) - (len(clean) % 4 == 1)]
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def decode_header(value: str) -> str:
    """A header's text: RFC 2047 words decoded, also those cut in the middle of a character; one line, cleaned."""
    runs: list[tuple[str, bytes] | str] = []
    position = 0
    value = _BETWEEN_WORDS.sub(r"\1", value)
    for word in _WORD.finditer(value):
        if word.start() > position:
            runs.append(value[position : word.start()])
        charset, how, content = word.group(1).lower(), word.group(2).lower(), word.group(3).encode("utf-8", "replace")
        data = decode_base64(content) if how == "b" else quopri.decodestring(content, header=True)
        if runs and isinstance(runs[-1], tuple) and runs[-1][0] == charset:
            runs[-1] = (charset, runs[-1][1] + data)
        else:
            runs.append((charset, data))
        position = word.end()
    runs.append(value[position:])
    return one_line("".join(run if isinstance(run, str) else decode_text(run[1], run[0]) for run in runs))


def clean(text: str) -> str:
    """The text with one kind of line break, and without NULs, controls and marks of direction."""
    return _HIDDEN.sub("", _BREAKS.sub("\n", text)).replace("\xa0", " ")


def one_line(text: str) -> str:
    """The cleaned text on one line."""
    return " ".join(clean(text).split())
