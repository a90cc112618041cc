"""Whether two typed names are two people: one person under two names destroys no forms (J7, trust 2.5)."""

from __future__ import annotations

import re
import unicodedata

_TITLES = frozenset({"dr", "doctor", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "sir", "dame", "nurse"})


def may_be_the_same(one: str, other: str) -> bool:
    """Whether the names may be one person's: the order of words, titles, accents, points and initials aside.

    ``P. Lee`` may be ``Pat Lee``: then the full name is asked for. A name without letters may be anybody's.
    """
    words, others = _words(one), _words(other)
    if not words or not others:
        return True
    short, long = sorted((words, others), key=len)
    return all(any(_stands_for(word, each) for each in long) for word in short)


def _words(name: str) -> list[str]:
    plain = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    words = re.findall(r"[^\W\d_]+", plain.casefold())
    return [word for word in words if word not in _TITLES] or words


def _stands_for(word: str, other: str) -> bool:
    return word == other or (1 in (len(word), len(other)) and word[0] == other[0])
