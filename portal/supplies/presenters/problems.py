"""What is wrong on a page whose fields are plain markup: the lines of its error summary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One sentence and the control it belongs to ('' where there is none on the page)."""

    sentence: str
    link: str = ""


def problems_of(sentences: Mapping[str, str], fields: Iterable[str]) -> list[Problem]:
    """The sentences by field name, as a summary for a page that shows these fields."""
    there = set(fields)
    return [
        Problem(sentence=sentence, link=f"#id_{name}" if name in there else "") for name, sentence in sentences.items()
    ]
