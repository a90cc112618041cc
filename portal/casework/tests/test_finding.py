"""Staff finds a case by the beginnings of words, through indexes that row security allows (J22)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from portal.accounts.tests.factories import MembershipFactory
from portal.casework.desk import Wanted, find_cases
from portal.casework.finding import SearchedFor
from portal.casework.models import Case, CaseWord
from portal.casework.tests.factories import agent, opened, reporter, staff_member
from portal.casework.words import words_of
from portal.foundation.access.row_security import scope_of_site, set_scope, system_scope
from portal.foundation.invariants import Broken, all_invariants, find_broken
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.tests.counting import counted_queries

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
DESK = "/staff/cases/"


def _found(search: str, show: str = "all") -> set[str]:
    wanted = Wanted(show=show, search=search)
    return set(find_cases(agent(), wanted, searched=SearchedFor.read(search)).values_list("reference", flat=True))


def _broken() -> list[Broken]:
    with system_scope():
        return find_broken([each for each in all_invariants() if each.code == "casework.found_by_its_words"])


def test_a_case_is_found_by_reference_site_person_address_and_subject() -> None:
    member = MembershipFactory(organisation=OrganisationFactory(name="Elm Tree Surgery"), roles=["main_contact"])
    asker = reporter(member, "main_contact")
    case, other = opened(asker, subject="Needles: 3 packs (SO-12AB-0007) didn't come"), opened()
    both = {case.reference, other.reference}
    for words in (
        case.reference, case.reference.lower(), case.reference[:8], asker.organisation_code, "elm surg", asker.email,
        asker.email.upper(), f"<{asker.email}>,", member.user.surname, f"{member.user.surname} needle", "NEEDLES",
        "need", "come packs", "SO-12AB-0007", "so-12ab", "'needles' (3)",
    ):  # fmt: skip
        assert _found(words) & both == {case.reference}, words
    for words in ("eedles", "needles gone", "%", "_eedles", "needles\x00x", "CA-ZZZZ-ZZZZ", "!?", "x" * 5000):
        assert _found(words) & both == set(), words
    assert _found("") >= both


def test_the_words_of_a_search_are_cut_as_those_of_a_case() -> None:
    for text in (
        "O'Brien & Söhne, Ltd.",
        "3/4 box—late",
        "ÉCOLE élan",
        "SO-1\tSO-2\nSO-1",
        "“Quoted” naïve [x]^y`z~",
        "İx",
    ):
        case = opened(subject=text)
        for word in words_of(text):
            assert case.reference in _found(word), (text, word)
    assert words_of(" ".join("abcdefghij")) == list("abcdef")  # the rest narrows nothing


def test_words_are_kept_as_the_case_is() -> None:
    case = opened(subject="Blue box")
    Case.objects.filter(pk=case.pk).update(subject="Green box", opened_by_email="New@Example.org")
    assert _found("green") == _found("new@example.org") == {case.reference}
    assert _found("blue") == set()
    assert not _broken()


@pytest.mark.parametrize("harm", ["forgotten", "made_up"])
def test_a_case_that_is_not_found_by_its_words_comes_to_light(harm: str) -> None:
    case = opened()
    if harm == "forgotten":
        CaseWord.objects.filter(case=case, word="missing").delete()
    else:
        CaseWord.objects.create(case=case, word="invented")
    assert _broken()


def test_the_rarest_word_leads_and_the_newest_of_common_ones_are_looked_at(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cases that the limit leaves out are named as left out; a word that is rare enough leaves none out."""
    old, *others = [opened(subject=subject) for subject in ("Boxes of needles", "Boxes", "Boxes", "Boxes of pads")]
    monkeypatch.setattr("portal.casework.finding.MOST_LOOKED_AT", 2)
    assert SearchedFor.read("boxes needles").words == ["needles", "boxes"]
    assert _found("boxes needles") == {old.reference}
    assert _found("boxes") == {each.reference for each in others[1:]}
    client = sign_in(staff_member())
    assert b"The newest 2 of them were looked at" in client.get(DESK, {"show": "all", "search": "boxes"}).content
    assert b"were looked at" not in client.get(DESK, {"show": "all", "search": "boxes needles"}).content
    monkeypatch.setattr("portal.casework.finding.MOST_FOUND", 1)
    assert _found("boxes") == {others[-1].reference}
    assert b"A search shows the newest 1 cases" in client.get(DESK, {"show": "all", "search": "boxes"}).content


def test_a_search_keeps_to_what_else_is_asked_for(sign_in: SignIn) -> None:
    plain, planned = opened(), opened(kind="merger")
    client = sign_in(staff_member())
    page = client.get(DESK, {"show": "all", "search": "missing", "kind": "merger"}).content.decode()
    assert planned.reference in page and plain.reference not in page
    assert '<input type="hidden" name="search" value="missing">' in page  # the filters keep the words


def test_the_index_of_words_is_used_behind_the_second_wall() -> None:
    """Seen to fail with ``word__startswith``: LIKE is no leakproof operator, and no condition of the index."""
    opened()
    set_scope("staff")
    query = find_cases(agent(), Wanted(show="all", search="miss"), searched=SearchedFor.read("miss")).query
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("explain " + query.sql_with_params()[0], query.sql_with_params()[1])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert re.search(r"Index Cond: \(\(word >= 'miss'", plan), plan


def test_words_of_a_case_stand_behind_the_second_wall() -> None:
    mine, case = reporter(), opened(subject="Secret")
    for site, number in ((mine.organisation_id, 0), (case.organisation_id, 1)):
        with scope_of_site(site):
            assert CaseWord.objects.filter(word="secret").count() == number
    with system_scope():
        assert CaseWord.objects.filter(word="secret").count() == 1


def test_a_search_costs_the_same_queries_whatever_it_finds(sign_in: SignIn) -> None:
    client, sent = sign_in(staff_member()), []
    opened()
    for more in (1, 30):
        for _ in range(more):
            opened()
        with counted_queries() as queries:
            client.get(DESK, {"show": "all", "search": "something missing"})
        sent.append(len(queries))
    assert sent[0] == sent[1] <= 9
