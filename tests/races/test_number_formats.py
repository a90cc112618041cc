"""Numbers that come in while somebody agrees on another format of theirs, and two people who agree at once.

The form's row is the lock. Each race has a half with the lock taken out, in which the register is seen to count by two
lengths, and both people to decide.
"""

from __future__ import annotations

from typing import Any

import pytest

from portal.foundation.errors import InvalidInput
from portal.serials.models import SerialReceipt, SerialRule
from portal.serials.services import lock_format as locking
from portal.serials.services.keep_formats import agree_with_format
from portal.serials.services.warehouse import BookIn, Numbers, book_in
from portal.serials.tests.test_number_formats import ALEX, SAM, agreed, asked, person
from portal.supplies.models import CatalogueItem
from portal.supplies.tests.factories import SecureItemFactory, StoreFactory
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def _without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(item_code: str) -> SerialRule | None:
        return locking.rule_in_force(CatalogueItem.objects.get(code=item_code).id)

    for module in ("keep_formats", "warehouse"):
        monkeypatch.setattr(f"portal.serials.services.{module}.lock_format", read)


def _book_in_while_the_length_changes(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], set[int]]:
    """The results, and by how many digits the register and the rule in force count."""
    item = SecureItemFactory()
    StoreFactory()
    rule = asked(item, "none", digits=8, check_digits=0)
    meeting = Meeting()  # when one has looked what is in the register, and the other how its numbers are read
    meeting.after(monkeypatch, "portal.serials.services.keep_formats._check_length")
    meeting.after(monkeypatch, "portal.serials.services.warehouse.read_numbers")
    results = at_once(
        lambda: agree_with_format(ALEX, rule.reference, "22222222"),
        lambda: book_in(SAM, BookIn(numbers=Numbers(item=item.code, first="12345678901"), store="LEEDS")),
    )
    counted = {receipt.rule.written.counted if receipt.rule else 10 for receipt in SerialReceipt.objects.all()}
    counted |= {rule.written.counted for rule in SerialRule.objects.filter(state="in_force")}
    return results, counted


def test_the_register_never_counts_a_form_by_two_lengths(monkeypatch: pytest.MonkeyPatch) -> None:
    results, counted = _book_in_while_the_length_changes(monkeypatch)
    assert len(counted) == 1
    assert [type(each) for each in results if isinstance(each, Exception)] == [InvalidInput]


def test_without_the_lock_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    _without_the_lock(monkeypatch)
    results, counted = _book_in_while_the_length_changes(monkeypatch)
    assert counted == {8, 10}
    assert not any(isinstance(each, Exception) for each in results)


def _agree_twice(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    item = SecureItemFactory()
    agreed(item, "none")
    rule = asked(item, "none")
    Meeting().after(monkeypatch, "portal.serials.services.keep_formats._check_length")
    return at_once(
        lambda: agree_with_format(ALEX, rule.reference, "22222222222"),
        lambda: agree_with_format(person(43), rule.reference, "33333333333"),
    )


def test_two_people_who_agree_at_once_decide_once(monkeypatch: pytest.MonkeyPatch) -> None:
    results = _agree_twice(monkeypatch)
    assert sorted(type(each).__name__ for each in results) == ["Conflict", "SerialRule"]
    assert sorted(SerialRule.objects.values_list("state", flat=True)) == ["in_force", "replaced"]


def test_without_the_lock_both_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    _without_the_lock(monkeypatch)
    assert [type(each).__name__ for each in _agree_twice(monkeypatch)] == ["SerialRule", "SerialRule"]
