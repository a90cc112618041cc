"""Finding a case by words: each way has an index that row security lets PostgreSQL use, so none reads them all (J22).

LIKE and full text would: their operators are not leakproof, and are asked only of rows that the wall has let through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Lower

from portal.casework.models import Case, CaseWord
from portal.casework.words import words_of
from portal.organisations.api import MOST_SITES, sites_like

MOST_FOUND = 200
MOST_LOOKED_AT = 2_000
_HOW_MANY = """
select count(*) from (select from casework_caseword where starts_with(word, lower(%s)) limit %s) with_word
"""


@dataclass(frozen=True)
class SearchedFor:
    """What somebody looks for: the text, its words, the rarest of them first, and the sites that it fits.

    ``is_common`` is whether each word is in so many cases that only the newest of them are looked at.
    """

    text: str = ""
    words: Sequence[str] = ()
    sites: Sequence[int] = ()
    is_common: bool = False

    @classmethod
    def read(cls, text: str) -> SearchedFor:
        """Two queries; none for an empty text."""
        text = text.replace("\x00", " ")
        if not (words := words_of(text)):
            return cls(text)
        with connection.cursor() as cursor:
            cursor.execute(
                " union all ".join([_HOW_MANY] * len(words)),
                [value for word in words for value in (word, MOST_LOOKED_AT + 1)],
            )
            numbers = [number for (number,) in cursor.fetchall()]
        in_turn = [word for _, word in sorted(zip(numbers, words, strict=True), key=lambda pair: pair[0])]
        return cls(text, in_turn, sites_like(text), min(numbers) > MOST_LOOKED_AT)

    def limits(self, shown: int) -> list[str]:
        """What the reader of the last page is told of cases that the search may have left out."""
        said = []
        if self.is_common:
            said.append(f"These words are in very many cases. The newest {MOST_LOOKED_AT:,} of them were looked at.")
        if len(self.sites) >= MOST_SITES:
            said.append(f"Many sites match, and these are cases of the {MOST_SITES} that match best.")
        if shown >= MOST_FOUND:
            said.append(f"A search shows the newest {MOST_FOUND} cases.")
        return [*said, "Type another word to see fewer, or filter the cases."] if said else []


def found_by(cases: QuerySet[Case], wanted: SearchedFor) -> QuerySet[Case]:
    """Of ``cases``, the newest ``MOST_FOUND`` with that reference, with all the words, and of the sites, together.

    A word is found by its beginning, in the subject and in the name and e-mail address of whoever opened the case.
    ``cases`` must be narrowed before, and not be cut.
    """
    if not wanted.words:
        return cases.none()
    rarest, *others = [CaseWord.objects.filter(_begins("word", Lower(Value(word)))) for word in wanted.words]
    # The newest are taken first and asked for the other words then. Left to PostgreSQL it walks back through all cases
    # where it guesses that words often come together, and they never do: 1.2 s of 300,000.
    with_words = cases.filter(id__in=rarest.order_by("-case_id").values("case_id")[:MOST_LOOKED_AT])
    for each in others:
        with_words = with_words.filter(Exists(each.filter(case=OuterRef("id"))))
    ways = [
        cases.filter(_begins("reference", Value(wanted.text.strip().upper()))),
        cases.filter(organisation__in=wanted.sites),
        with_words,
    ]
    newest = [way.order_by("-id").values("id")[:MOST_FOUND] for way in ways]
    return cases.filter(id__in=newest[0].union(*newest[1:], all=True))


def _begins(field: str, value: Value | Lower) -> Q:
    return Q(Func(F(field), value, function="starts_with", output_field=BooleanField()))
