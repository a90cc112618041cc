"""What the writer wrote, without the e-mail they answered and without their signature."""

from __future__ import annotations

import re

from mailparser_reply.parser import EmailMessage

_LONGEST_LINE = 300  # a longer line introduces no quotation; the library's patterns are slow on long lines
_LONGEST_SIGNATURE = 1_500  # what looks like a longer signature may be the matter itself
_LOOKED_AT = 30_000
_STAND_IN = "\ue000{}\ue001"
_STANDS_IN = re.compile("\ue000(\\d{1,6})\ue001")
_MANY_BREAKS = re.compile(r"\n{3,}")


def reply_only(text: str) -> str:
    """The text above, below or between quotations. All of it when nothing would be left."""
    tidy = _MANY_BREAKS.sub("\n\n", "\n".join(line.strip() for line in text[:_LOOKED_AT].split("\n")))
    written = _without_quoted_ends(_latest(tidy))
    return written.strip() or tidy.strip()


def _latest(text: str) -> str:
    """What mail-parser-reply takes for the newest e-mail, with long lines kept out of its sight."""
    long_lines: list[str] = []

    def stand_in(line: str) -> str:
        if len(line) <= _LONGEST_LINE:
            return line.replace("\ue000", "").replace("\ue001", "")
        long_lines.append(line)
        return _STAND_IN.format(len(long_lines) - 1)

    short = "\n".join(stand_in(line) for line in text.split("\n"))
    newest = EmailMessage(text=short, languages=["en"], keep_hyphen_lists=True).read().replies[0]
    if newest.headers:
        return text  # it begins with a quotation: the writer wrote below, or forwarded it
    kept = newest.content if len(newest.signatures or "") > _LONGEST_SIGNATURE else newest.body
    return _STANDS_IN.sub(lambda mark: long_lines[int(mark[1])] if int(mark[1]) < len(long_lines) else "", kept)


def _without_quoted_ends(text: str) -> str:
    """The text without quoted lines at its beginning and its end; those an answer stands between are kept."""
    lines = text.split("\n")
    while lines and (not lines[-1] or lines[-1].startswith(">")):
        lines.pop()
    first = 0
    while first < len(lines) and (not lines[first] or lines[first].startswith(">")):
        first += 1
    return "\n".join(lines[first:])
