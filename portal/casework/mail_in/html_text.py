"""HTML to plain text: what a person would have read, with quotations marked as in a plain e-mail."""

from __future__ import annotations

from html.parser import HTMLParser

_MOST_HTML = 400_000  # characters of markup looked at
_LONGEST_TAG = 2_000
_BLOCKS = frozenset(
    ["p", "div", "tr", "table", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr"]
)
_SILENT = frozenset({"title", "head"})


def html_to_text(html: str) -> str:
    """The text of a page. Never raises, and takes time in proportion to the page."""
    reader = _Reader()
    reader.feed(_only_short_tags(html))
    reader.close()
    return reader.text()


def _only_short_tags(html: str) -> str:
    """The markup without comments, scripts, styles and declarations, and with every tag closed and short.

    The standard library's parser looks for the end of an open tag again and again; here it always finds one.
    """
    kept: list[str] = []
    lower = html.lower()
    position = length = 0
    while length < _MOST_HTML:
        start = html.find("<", position)
        if start < 0:
            kept.append(html[position : position + _MOST_HTML])
            break
        kept.append(html[position:start])
        length += start - position
        position, tag = _next_tag(html, lower, start)
        kept.append(tag)
        length += len(tag)
    return "".join(kept)


def _next_tag(html: str, lower: str, start: int) -> tuple[int, str]:
    """Where to go on after the ``<`` at ``start``, and what to keep of what begins there."""
    if lower.startswith("<!--", start):
        return _after(lower, "-->", start + 4), ""
    for name in ("script", "style"):
        if lower.startswith("<" + name, start):
            return _after(lower, ">", _after(lower, "</" + name, start)), ""
    following = lower[start + 1 : start + 2]
    if following in ("!", "?"):
        return _after(lower, ">", start), ""
    if not (following.isalpha() or following == "/"):
        return start + 1, "&lt;"
    end = html.find(">", start, start + _LONGEST_TAG)
    if end >= 0:
        tag = html[start : end + 1]
        return end + 1, tag if "<" not in tag[1:] else ""
    # A picture written into its own tag is long; a tag that never ends hides the rest, as in a browser.
    return _after(lower, ">", start), ""


def _after(text: str, mark: str, start: int) -> int:
    found = text.find(mark, start)
    return len(text) if found < 0 else found + len(mark)


class _Reader(HTMLParser):
    """Collects lines; each knows how deep in quotations it stands."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "body":
            self._silent = 0
        elif tag == "br":
            self._end_line(even_empty=True)
        elif tag in _BLOCKS:
            self._end_line()
            self._quotes += tag == "blockquote"
            if tag == "li":
                self._line.append("- ")
        elif tag in ("td", "th"):
            self._line.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag in _BLOCKS:
            self._end_line()
            if tag == "p" and self._lines and self._lines[-1]:
                self._lines.append("")
            if tag == "blockquote":
                self._quotes = max(self._quotes - 1, 0)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._line.append(data)

    def _end_line(self, *, even_empty: bool = False) -> None:
        line = " ".join("".join(self._line).split())
        self._line = []
        if line or even_empty:
            self._lines.append("> " * min(self._quotes, 3) + line)

    def text(self) -> str:
        """All lines, with at most one empty one between two."""
        self._end_line()
        return "\n".join(self._lines)
