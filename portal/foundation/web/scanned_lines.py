"""What a hand scanner types into a large field: a code and a new line, again and again."""

from __future__ import annotations


def scanned_lines(text: str, *, longest: int | None = None) -> list[str]:
    """Each line that holds something, once, in the order scanned; cut to ``longest`` characters when that is given."""
    lines = (line.strip()[:longest] for line in text.splitlines())
    return list(dict.fromkeys(line for line in lines if line))
