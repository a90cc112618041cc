"""What a release says otherwise of a site with people becomes a case; nobody's access changes by itself (J23)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.casework.models import Case
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.tests.rows import branch, bring_in, organisation, practice

pytestmark = pytest.mark.django_db


def known(folder: Path, **said: Any) -> Membership:
    """A practice of an earlier release that has its Main Contact."""
    bring_in(folder, [practice("X99001", telephone="01632 960001", **said), practice("X99002")])
    bring_in(folder, [branch("X99001001")])
    member: Membership = MembershipFactory(organisation=organisation("X99001"), roles=["main_contact"])
    return member


@pytest.mark.parametrize(
    ("said", "what", "words"),
    [
        ({"status": "C", "closed": "20240331"}, "closed", "is closed"),
        ({"closed": "20990331"}, "closing_date", "closing date"),
        ({"line1": "2 OTHER STREET"}, "address", "another address"),
        ({"telephone": "01632 960999"}, "telephone", "another telephone number"),
    ],
)
def test_a_difference_opens_one_case_and_tells_the_managers(
    tmp_path: Path, said: dict[str, str], what: str, words: str
) -> None:
    member = known(tmp_path)
    rows = [practice("X99001", **{"telephone": "01632 960001", **said}), practice("X99002", name="NOBODY THERE")]
    bring_in(tmp_path, rows, released="2024-06-01")
    case = Case.objects.get()
    assert (case.kind, case.organisation, case.about_reference) == ("directory", member.organisation, "X99001")
    assert case.payload == {"what": what} and words in case.subject
    mail = OutboxMessage.objects.get(kind="casework.directory_says")
    assert mail.recipients == [member.user.email] and case.reference in mail.body
    assert Membership.objects.live().filter(pk=member.pk).exists()  # type: ignore[attr-defined]
    bring_in(tmp_path, rows, released="2024-06-01")
    assert Case.objects.count() == 1


def test_what_was_and_what_is_stands_in_the_case(tmp_path: Path) -> None:
    known(tmp_path)
    bring_in(tmp_path, [practice("X99001", telephone="01632 960999")], released="2024-06-01")
    assert "Telephone: 01632 960001 -> 01632 960999" in Case.objects.get().details


def test_a_new_branch_of_a_practice_with_people_is_shown_to_it(tmp_path: Path) -> None:
    member = known(tmp_path)
    assert not Case.objects.exists()  # the branch of the first release was there before anybody
    bring_in(tmp_path, [branch("X99001001"), branch("X99001002"), branch("X99002001")], released="2024-06-01")
    case = Case.objects.get()
    assert (case.organisation, case.about_reference) == (member.organisation, "X99001002")
    assert "new branch" in case.subject


def test_what_concerns_nobodys_account_opens_no_case(tmp_path: Path) -> None:
    known(tmp_path)
    bring_in(tmp_path, [practice("X99001", telephone="01632 960001", region="Y99")], released="2024-06-01")
    assert not Case.objects.exists()
