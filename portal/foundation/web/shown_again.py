"""What somebody typed, fit to be shown again."""

from __future__ import annotations

import re

# What HTML cannot hold: control characters and non-characters. Everything else that was typed is shown again.
_NOT_HTML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def shown_again(typed: str) -> str:
    """What was typed, as a page may show it again: without what HTML cannot hold."""
    return _NOT_HTML.sub("", typed)
