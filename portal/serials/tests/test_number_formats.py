"""How numbers of a form are read: tried, asked for, agreed with by another; what is in the register stays (issue 5)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from portal.foundation.access import Actor, system_actor
from portal.foundation.access.roles import permissions_of
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict, InvalidInput, NotFound, Refused
from portal.serials import numbers as reading
from portal.serials.cards import staff_form_cards
from portal.serials.check_digits import known_rule
from portal.serials.format_values import FormatValues
from portal.serials.formats import Formats, shown
from portal.serials.models import SerialReceipt, SerialRule
from portal.serials.numbers import serial_policy
from portal.serials.permissions import AGREE_FORMAT, ASK_FOR_FORMAT
from portal.serials.register import find_number
from portal.serials.services.check_delivery import check_delivery, key_of
from portal.serials.services.keep_formats import AskForFormat, agree_with_format, ask_for_format, reject_format
from portal.serials.services.warehouse import BookIn, Numbers, allocate, book_in
from portal.serials.tests.forms import FIRST, in_store, keeper_of, numbers, parcel, site, staff
from portal.supplies.models import CatalogueItem, Consignment
from portal.supplies.tests.counting import counted_queries
from portal.supplies.tests.factories import SecureItemFactory, StoreFactory
from portal.supplies.tests.test_staff_catalogue_pages import staff as staff_membership

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
LUHN = known_rule("luhn", 10)
BASE = "/staff/forms/formats/"


def person(user_id: int, *roles: str) -> Actor:
    """Somebody of the stock room."""
    codes = list(roles or ("stock_controller",))
    return Actor(name=f"Person {user_id}", audience="staff", user_id=user_id, permissions=permissions_of(codes))


SAM, ALEX = person(41), person(42)


def luhn(sequence: int) -> str:
    """The number with its check digit by Luhn."""
    return f"{sequence:010}{LUHN.letter(f'{sequence:010}')}"


def asked(item: CatalogueItem, kind: str = "luhn", *, by: Actor = SAM, **values: object) -> SerialRule:
    """What Sam asks for: two numbers that fit, and where he knows it from."""
    known: dict[str, object] = {"digits": 11, "check_digits": 1, **values}
    plain = ["0" * int(str(known["digits"])), "1" * int(str(known["digits"]))]
    wanted = FormatValues(kind=kind, **known)  # type: ignore[arg-type]
    examples = [luhn(5), luhn(77)] if kind == "luhn" else plain
    command = AskForFormat(item=item.code, values=wanted, examples=examples, reason="The printer's letter")
    return ask_for_format(by, command)


def agreed(item: CatalogueItem, kind: str = "luhn", **values: object) -> SerialRule:
    """Asked for by Sam, and agreed with by Alex."""
    rule = asked(item, kind, **values)
    return agree_with_format(ALEX, rule.reference, luhn(123) if kind == "luhn" else "2" * rule.digits)


def refused(error: type[Exception], action: Callable[[], object]) -> str:
    """What the refusal says."""
    with pytest.raises(error) as caught, transaction.atomic():
        action()
    return " ".join(caught.value.errors.values()) if isinstance(caught.value, InvalidInput) else str(caught.value)


def test_a_rule_is_read_by_only_after_a_second_person_has_agreed() -> None:
    item = SecureItemFactory()
    StoreFactory()
    wrong = BookIn(numbers=Numbers(item=item.code, first="00000000050"), store="LEEDS")
    assert luhn(5)[-1] != "0"
    rule = asked(item)
    assert (rule.state, rule.weights, rule.modulus, rule.cross_sum) == ("waiting", LUHN.weights, 10, True)
    assert Formats().now(item.code) == serial_policy().format_of(item.code)
    refused(Conflict, lambda: asked(item, "none", by=ALEX))

    rule = agree_with_format(ALEX, rule.reference, luhn(123))
    assert (rule.state, rule.decided_by_name, rule.second_example) == ("in_force", "Person 42", luhn(123))
    assert "does not fit" in refused(InvalidInput, lambda: book_in(SAM, wrong))
    receipt = book_in(SAM, BookIn(numbers=Numbers(item=item.code, first=luhn(5), last=luhn(9)), store="LEEDS"))
    assert receipt.rule == rule
    assert shown(item.code, receipt.serials) == f"{luhn(5)} to {luhn(9)} (5 forms)"
    types = AuditEvent.objects.filter(subject_reference=item.code).values_list("type", flat=True)
    assert list(types.filter(type__startswith="serials.format").order_by("id")) == [
        "serials.format_asked", "serials.format_agreed",
    ]  # fmt: skip


def test_nobody_agrees_with_what_they_asked_for_but_they_may_withdraw_it() -> None:
    item = SecureItemFactory()
    rule = asked(item)
    assert "because you asked" in refused(Refused, lambda: agree_with_format(SAM, rule.reference, luhn(123)))
    machine = system_actor("A program", ASK_FOR_FORMAT, AGREE_FORMAT)
    refused(Refused, lambda: agree_with_format(machine, rule.reference, luhn(123)))
    refused(Refused, lambda: asked(SecureItemFactory(), by=machine))
    refused(InvalidInput, lambda: reject_format(SAM, rule.reference, " "))
    assert reject_format(SAM, rule.reference, "The letter was about another form").state == "rejected"
    refused(Conflict, lambda: agree_with_format(ALEX, rule.reference, luhn(123)))
    assert asked(item).state == "waiting"


def test_the_database_refuses_one_person_too_and_without_its_rule_lets_them() -> None:
    """The service's question is taken out in both halves; the second has no constraint either."""
    rule = asked(SecureItemFactory())
    values = {"state": "in_force", "decided_at": rule.asked_at, "second_example": luhn(123), "decided_by_id": 41}
    with pytest.raises(IntegrityError, match="agreed_by_another"), transaction.atomic():
        SerialRule.objects.filter(pk=rule.pk).update(**values)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table serials_serialrule drop constraint serial_rule_agreed_by_another")
    assert SerialRule.objects.filter(pk=rule.pk).update(**values) == 1


def test_what_was_asked_for_stays_as_it_was() -> None:
    rule = asked(SecureItemFactory())
    for change in ({"kind": "none", "weights": [], "modulus": None, "characters": ""}, {"examples": ["1", "2"]}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SerialRule.objects.filter(pk=rule.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rule.delete()


@pytest.mark.parametrize(
    ("examples", "sentence"),
    [
        ([luhn(5)], "at least 2 different"),
        ([luhn(5), luhn(5)], "at least 2 different"),
        ([luhn(5), luhn(6), "00000000070"], "this rule wants"),
        ([luhn(5), "123"], "has 11 digits"),
    ],
)
def test_a_rule_needs_two_real_numbers_that_fit(examples: list[str], sentence: str) -> None:
    values = FormatValues(digits=11, check_digits=1, kind="luhn")
    command = AskForFormat(item=SecureItemFactory().code, values=values, examples=examples, reason="A letter")
    assert sentence in refused(InvalidInput, lambda: ask_for_format(SAM, command))


def test_the_second_person_reads_another_number() -> None:
    rule = asked(SecureItemFactory())
    for example, sentence in (("", "11 digits"), ("00000000990", "does not fit"), (luhn(5), "tried before")):
        assert sentence in refused(InvalidInput, lambda each=example: agree_with_format(ALEX, rule.reference, each))  # type: ignore[misc]
    refused(NotFound, lambda: agree_with_format(ALEX, "NF-0000-0000", luhn(123)))
    refused(Refused, lambda: agree_with_format(person(43, "auditor"), rule.reference, luhn(123)))
    refused(Refused, lambda: asked(SecureItemFactory(), by=person(43, "warehouse_operator")))


def test_numbers_in_the_register_are_read_and_shown_as_they_were_taken_in() -> None:
    """Even a wrong rule stops nothing that lies on a shelf: it is looked for, sent, checked and confirmed as before."""
    item, member = in_store(500), site()
    old, box = numbers(item, 0, 100), parcel(item, member.organisation)
    assert old.first != luhn(FIRST)
    rule = agreed(item)
    assert "." in shown(item.code, SerialReceipt.objects.get().serials)
    allocate(staff("warehouse_operator"), box.reference, old)
    Consignment.objects.filter(pk=box.pk).update(state="dispatched", carrier="Van", dispatched_at="2026-01-01T00:00Z")
    row = find_number(SAM, item.code, old.first)
    assert row is not None
    assert check_delivery(keeper_of(member), box.reference, {key_of(row.row): "here"}, "").confirmed == 1

    new = Numbers(item=item.code, first=luhn(5), last=luhn(6))
    assert book_in(SAM, BookIn(numbers=new, store="LEEDS")).rule == rule
    found = find_number(SAM, item.code, luhn(5))
    assert found is not None and found.row.receipt.rule == rule
    last = agreed(item, "none")
    assert (last.state, SerialRule.objects.get(pk=rule.pk).state) == ("in_force", "replaced")
    formats = Formats()
    assert formats.shown(item.code, found.row.serials) == f"{luhn(5)} to {luhn(6)} (2 forms)"
    assert formats.printed(item.code, FIRST) == f"{FIRST:010}0"
    refused(reading.NotASerial, lambda: formats.sequence(item.code, "00000000050"))


def test_the_register_counts_by_as_many_digits_as_before() -> None:
    item = in_store(10)
    assert "another item of the catalogue" in refused(InvalidInput, lambda: asked(item, "none", digits=12))
    assert agreed(item, "none", digits=12, check_digits=2).state == "in_force"
    free = SecureItemFactory()
    assert agreed(free, "none", digits=8, check_digits=0).written.counted == 8
    assert Formats().sequence(free.code, "00000017") == 17


def test_many_numbers_cost_one_reading_of_the_formats() -> None:
    item = in_store(10)
    agreed(item)
    formats = Formats()
    with counted_queries() as sent:
        for sequence in range(50):
            formats.printed(item.code, FIRST + sequence)
    assert len(sent) == 2


def test_a_table_with_check_rules_is_not_passed_over_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    serial_policy.cache_clear()
    monkeypatch.setattr(reading, "read_table", lambda file: {"checks": {}, "formats": {}})
    with pytest.raises(ImproperlyConfigured, match="Format and check digit"):
        serial_policy()
    monkeypatch.undo()
    serial_policy.cache_clear()


def test_the_pages_try_ask_and_decide(sign_in: SignIn) -> None:
    item = SecureItemFactory(name="FP10SS form")
    keeper, decider = sign_in(staff_membership("stock_controller")), sign_in(staff_membership("approver"))
    assert "11 digits, the last not checked" in keeper.get(BASE).content.decode()
    address = f"{BASE}{item.code}/change/"

    def send(client: Client, where: str, **values: str) -> Any:
        return client.post(where, {"submission": str(uuid.uuid4()), **values})

    said = {"digits": "11", "check_digits": "1", "kind": "luhn", "examples": f"{luhn(5)}\n00000000990", "do": "try"}
    answer = send(keeper, address, **said)
    page = answer.content.decode()
    assert answer.status_code == 200 and "It fits." in page and "this rule wants" in page
    assert "finds every single digit" in page and not SerialRule.objects.exists()
    assert send(keeper, address, **{**said, "examples": ""}).status_code == 422
    assert send(keeper, address, **{**said, "kind": "weights", "weights": "1, x"}).status_code == 422
    answer = send(keeper, address, **{**said, "kind": "weights", "weights": "1, 2"})
    assert answer.status_code == 422 and "Enter 10 weights" in answer.content.decode()
    assert send(keeper, address, **{**said, "do": "ask", "reason": "A letter"}).status_code == 422
    good = {**said, "examples": f"{luhn(5)}\n{luhn(77)}", "do": "ask"}
    assert "Say how you know" in send(keeper, address, **good).content.decode()
    answer = send(keeper, address, **{**good, "reason": "A letter"})
    assert "a second person agrees" in keeper.get(answer["Location"]).content.decode()

    rule = SerialRule.objects.get()
    decision = f"/staff/forms/format-decisions/{rule.reference}/"
    own = keeper.get(decision).content.decode()
    assert "You asked for it" in own and "Withdraw it" in own and 'name="example"' not in own
    assert send(keeper, decision, **{"outcome": "agree", "example": luhn(9)}).status_code == 422
    assert decision in decider.get(f"{BASE}{item.code}/").content.decode()
    assert send(decider, decision, **{"outcome": "agree", "example": "00000000990"}).status_code == 422
    answer = send(decider, decision, **{"outcome": "agree", "example": luhn(9)})
    page = decider.get(answer["Location"]).content.decode()
    assert "11 digits, the last by Luhn" in page and "A letter" in page and luhn(9) in page
    assert sign_in(staff_membership("auditor")).get(address).status_code == 403
    assert decider.get(f"{BASE}NONE/").status_code == 404


def test_the_home_page_counts_what_waits_and_the_list_costs_the_same(sign_in: SignIn) -> None:
    client = sign_in(staff_membership("stock_controller"))

    def cost() -> int:
        with counted_queries() as sent:
            client.get(BASE)
        return len(sent)

    asked(SecureItemFactory())
    before = cost()
    for _ in range(4):
        asked(SecureItemFactory())
    assert cost() == before
    (card,) = staff_form_cards(ALEX)
    assert (card.title, card.value, card.needs_action) == ("Formats of numbers to decide", "5", True)
    assert not staff_form_cards(person(43, "auditor"))[0].needs_action
