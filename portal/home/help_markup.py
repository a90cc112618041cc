"""The small markup of help pages: paragraphs, headings, lists, links, bold. It becomes values, never HTML.

The template writes the values, so that a text can hold no markup of its own however it is edited.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from django.core.exceptions import ImproperlyConfigured
from django.urls import NoReverseMatch, reverse

Kind = Literal["paragraph", "heading", "bullets", "numbers"]
_PLACEHOLDER = re.compile(r"\{(\w+)\.(\w+)\}")
_INLINE = re.compile(r"\[(?P<text>[^\]]+)\]\((?P<target>[^)]+)\)|\*\*(?P<bold>[^*]+)\*\*")
_NUMBER = re.compile(r"\d+\. ")


@dataclass(frozen=True, kw_only=True)
class Inline:
    """A run of text, perhaps bold or a link."""

    text: str
    address: str = ""
    bold: bool = False


@dataclass(kw_only=True)
class Block:
    """A paragraph or heading (one part), or a list (a part for each line)."""

    kind: Kind
    parts: list[list[Inline]] = field(default_factory=list)

    @property
    def plain(self) -> str:
        """The words alone, for the search."""
        return " ".join(run.text for part in self.parts for run in part)


def parse(source: str, values: dict[str, Any]) -> list[Block]:
    """The blocks of a text. ``{body.field}`` is taken from ``values``.

    Raises ImproperlyConfigured for a placeholder or a link that leads nowhere.
    """
    blocks: list[Block] = []
    for chunk in re.split(r"\n\s*\n", source.strip()):
        for line in _lines(chunk):
            kind, text = _kind(line)
            part = _runs(_PLACEHOLDER.sub(lambda found: _value(values, found), text))
            if blocks and kind in ("bullets", "numbers") and blocks[-1].kind == kind:
                blocks[-1].parts.append(part)
            else:
                blocks.append(Block(kind=kind, parts=[part]))
    return blocks


def _lines(chunk: str) -> list[str]:
    """The lines of a chunk; a line that begins no list item or heading continues the one before."""
    lines: list[str] = []
    for line in chunk.splitlines():
        after_heading = bool(lines) and lines[-1].startswith("## ")
        if not lines or after_heading or line.startswith(("- ", "## ")) or _NUMBER.match(line):
            lines.append(line.strip())
        else:
            lines[-1] += " " + line.strip()
    return lines


def _kind(line: str) -> tuple[Kind, str]:
    if line.startswith("## "):
        return "heading", line[3:]
    if line.startswith("- "):
        return "bullets", line[2:]
    if found := _NUMBER.match(line):
        return "numbers", line[found.end() :]
    return "paragraph", line


def _value(values: dict[str, Any], found: re.Match[str]) -> str:
    try:
        return str(values[found[1]][found[2]])
    except KeyError:
        raise ImproperlyConfigured(f"A help page names {found[0]}, which data/contacts.toml does not have.") from None


def _runs(text: str) -> list[Inline]:
    runs, end = [], 0
    for found in _INLINE.finditer(text):
        if found.start() > end:
            runs.append(Inline(text=text[end : found.start()]))
        if found["bold"]:
            runs.append(Inline(text=found["bold"], bold=True))
        else:
            runs.append(Inline(text=found["text"], address=_address(found["target"])))
        end = found.end()
    return [*runs, Inline(text=text[end:])] if end < len(text) else runs


def _address(target: str) -> str:
    """``help:slug``, ``page:url-name`` or ``mailto:...``; nothing else may be linked."""
    kind, _, name = target.partition(":")
    try:
        if kind == "help":
            return reverse("home:help_page", kwargs={"slug": name})
        if kind == "page":
            return reverse(name)
    except NoReverseMatch:
        pass
    if kind == "mailto":
        return target
    raise ImproperlyConfigured(f"A help page links to {target!r}, which is no page of the portal.")
