"""The help: one file a question under ``help/``, grouped and searchable (J1; F1 to F20)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal.foundation.texts import text_file
from portal.home.help_markup import Block, parse
from portal.home.texts import OWN_TEXTS, contacts

GROUPS = ("Ordering supplies", "Your access", "Your organisation", "About the portal", "Getting help")
LONGEST_QUERY = 100
_WORD = re.compile(r"[a-z0-9]+")
_EMPTY_WORDS = frozenset(
    _WORD.findall(
        "a an and are at can do does for from has have how i in is it me my of on or our that the this to we"
        " what when which who with you your"
    )
)
_STEM = 4  # "order" finds "ordering": this many letters must be the same


@dataclass(frozen=True, kw_only=True)
class HelpPage:
    """One question with its answer. ``answers`` names the promise of the FAQ it keeps."""

    slug: str
    title: str
    group: str
    order: int
    answers: str
    words: frozenset[str]
    related: tuple[str, ...]
    blocks: tuple[Block, ...]
    body_words: frozenset[str]

    @property
    def summary(self) -> str:
        """The first paragraph, for lists."""
        return next((block.plain for block in self.blocks if block.kind == "paragraph"), "")


@cache
def help_pages() -> dict[str, HelpPage]:
    """Every page by its slug, in the order of its group. Raises ImproperlyConfigured for a faulty file."""
    pages = [_read(path.stem, text_file(path)) for path in (OWN_TEXTS / "help").glob("*.md")]
    pages.sort(key=lambda page: (GROUPS.index(page.group), page.order, page.title))
    found = {page.slug: page for page in pages}
    for page in pages:
        if strangers := set(page.related) - set(found):
            raise ImproperlyConfigured(f"The help page {page.slug} is related to {strangers}, which do not exist.")
    return found


def help_title(slug: str) -> str:
    """The title of a page, for a link to it. Raises KeyError for one that does not exist."""
    return help_pages()[slug].title


def grouped(pages: list[HelpPage]) -> list[tuple[str, list[HelpPage]]]:
    """Pages under their groups' titles, empty groups left out."""
    groups = [(group, [page for page in pages if page.group == group]) for group in GROUPS]
    return [(group, members) for group, members in groups if members]


def search(query: str) -> list[HelpPage]:
    """The pages that have most of the query's words, best first; [] when none has any."""
    wanted = _words(query[:LONGEST_QUERY]) - _EMPTY_WORDS
    scored = [(_score(page, wanted), page) for page in help_pages().values()]
    best = max((score[0] for score, _ in scored), default=0)
    # A page that has only one of three words is noise beside one that has all three.
    kept = [(score, page) for score, page in scored if score[0] and score[0] * 2 >= best]
    return [page for score, page in sorted(kept, key=lambda pair: pair[0], reverse=True)]


def _score(page: HelpPage, wanted: set[str]) -> tuple[int, int]:
    """How many of the words the page has, and how prominently."""
    places = ((_words(page.title), 5), (set(page.words), 3), (set(page.body_words), 1))
    hits = [sum(weight for words, weight in places if _has(words, word)) for word in wanted]
    return sum(1 for hit in hits if hit), sum(hits)


def _has(words: set[str], wanted: str) -> bool:
    if wanted in words:
        return True
    if len(wanted) < _STEM:
        return False
    return any(word.startswith(wanted) or (len(word) >= _STEM and wanted.startswith(word)) for word in words)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def _read(slug: str, path: Path) -> HelpPage:
    """A file: ``name: value`` lines, an empty line, the text."""
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    facts = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in head.splitlines())}
    if facts.get("group") not in GROUPS or not facts.get("title") or not body.strip():
        raise ImproperlyConfigured(f"{path} needs a title, a text and one of these groups: {', '.join(GROUPS)}.")
    blocks = tuple(parse(body, contacts()))
    return HelpPage(
        slug=slug,
        title=facts["title"],
        group=facts["group"],
        order=int(facts.get("order", "50")),
        answers=facts.get("answers", ""),
        words=frozenset(_words(facts.get("words", ""))),
        related=tuple(name.strip() for name in facts.get("related", "").split(",") if name.strip()),
        blocks=blocks,
        body_words=frozenset(_words(" ".join(block.plain for block in blocks))),
    )
