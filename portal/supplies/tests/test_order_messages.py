"""The e-mails of supplies: who is told, one link, nothing that hostile words could make of them (R10)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.foundation.outbox.queue import Email
from portal.organisations.models import Organisation
from portal.supplies import messages
from portal.supplies.models import Consignment, Order

LINK = re.compile(r"https?://\S+")
_HOSTILE = st.one_of(
    st.sampled_from(
        [
            "Ann\r\nBcc: everybody@example.org",
            "see https://evil.example/login",
            "www.evil.example",
            "a\u2028b\u202ecod.exe",
            "{{ 7 * 7 }} {% raw %}",
            "<script>alert(1)</script>",
            "\x00\x1b[31m",
        ]
    ),
    st.text(max_size=400),
)


def _order(**fields: object) -> Order:
    values: dict[str, object] = {
        "reference": "SO-TEST-0001",
        "organisation": Organisation(code="ZZ00001", name="TEST SURGERY"),
        "state": "accepted",
        "placed_by_name": "Tom Baker",
        "placed_by_email": "tom@example.org",
        "delivery_name": "TEST SURGERY",
        "promised_on": date(2026, 12, 1),
        "decision_reason": "Enough in stock",
    }
    return Order(**{**values, **fields})


def _consignment(order: Order, **fields: object) -> Consignment:
    values: dict[str, object] = {
        "reference": "CN-TEST-0001",
        "order": order,
        "carrier": "DPD",
        "carrier_reference": "42",
        "received_by": "Jo Field",
        "delivered_at": timezone.now(),
    }
    return Consignment(**{**values, **fields})


EVERY: dict[str, Callable[[str], list[Email]]] = {
    "order_placed": lambda said: messages.order_placed(_order(delivery_name=said), approvers=["grace@example.org"]),
    "order_approved": lambda said: messages.order_approved(_order(delivery_name=said)),
    "order_rejected": lambda said: messages.order_rejected(_order(decision_reason=said)),
    "order_cancelled": lambda said: messages.order_cancelled(_order(state="cancelled"), said, who=said),
    "order_held": lambda said: messages.order_held(_order(), said),
    "order_released": lambda said: messages.order_released(_order(delivery_name=said)),
    "stock_arrived": lambda said: messages.stock_arrived(_order(delivery_name=said)),
    "stock_missing": lambda said: messages.stock_missing(_order(), [said, said]),
    "consignment_dispatched": lambda said: messages.consignment_dispatched(
        _consignment(_order(), carrier=said, carrier_reference=said)
    ),
    "consignment_delivered": lambda said: messages.consignment_delivered(_consignment(_order(), received_by=said)),
    "delivery_failed": lambda said: messages.delivery_failed(_consignment(_order()), said),
}


def test_there_is_a_test_for_every_message() -> None:
    public = {
        name for name, value in vars(messages).items() if callable(value) and value.__module__ == messages.__name__
    }
    assert {name for name in public if not name.startswith("_")} == set(EVERY)


@pytest.mark.parametrize("name", sorted(EVERY))
def test_a_message_has_a_subject_a_link_and_says_why_it_came(name: str) -> None:
    for email in EVERY[name]("Plain words"):
        assert email.subject.startswith(("Order SO-TEST-0001", "Part of", "Stock", "Delivery"))
        assert "/o/ZZ00001/supplies/orders/SO-TEST-0001/" in email.body
        assert "You get this message because" in email.body
        assert "None" not in email.body and "{" not in email.body
        assert email.kind.startswith("supplies.") and email.about == "SO-TEST-0001"
        assert not re.search(r"\n{3,}", email.body)


@pytest.mark.parametrize("name", sorted(EVERY))
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(said=_HOSTILE)
def test_hostile_words_add_no_header_and_no_link(name: str, said: str) -> None:
    plain = len(EVERY[name]("x")[0].body.splitlines())
    for email in EVERY[name](said):
        sent = EmailMessage(email.subject, email.body, "portal@example.org", email.recipients).message()
        assert {key.lower() for key in sent} <= {
            "content-type", "mime-version", "content-transfer-encoding", "subject", "from", "to", "date", "message-id",
        }  # fmt: skip
        assert [link for link in LINK.findall(email.body) if "/supplies/orders/SO-TEST-0001/" not in link] == []
        assert "www.evil" not in email.body and "evil.example" not in email.body
        assert not re.search("[\x00-\x09\x0b-\x1f\u2028\u202e]", email.body)
        assert len(email.body) < 3_000
    assert len(EVERY[name](said)[0].body.splitlines()) <= plain


def test_the_orderer_and_the_approvers_are_told_of_a_new_order() -> None:
    placed, wanted = messages.order_placed(_order(state="awaiting_approval"), approvers=["grace@example.org"])
    assert (placed.recipients, wanted.recipients) == (["tom@example.org"], ["grace@example.org"])
    assert "It needs approval before anything is sent" in placed.body
    assert "Tom Baker has placed order SO-TEST-0001" in wanted.body
    assert "Promised" not in placed.body and "1 December" not in placed.body


def test_nobody_is_asked_to_approve_what_needs_no_approval() -> None:
    placed, wanted = messages.order_placed(_order(), approvers=[])
    assert "Tuesday 1 December 2026" in placed.body
    assert wanted.recipients == []


def test_a_date_nobody_knows_is_not_made_up() -> None:
    placed = messages.order_placed(_order(promised_on=None), approvers=[])[0]
    assert "Part of it is out of stock" in placed.body


def test_no_message_names_what_was_ordered_but_what_has_to_wait() -> None:
    missing = messages.stock_missing(_order(), ["Needles, green", "Cups"])[0]
    assert "- Needles, green\n- Cups\n" in missing.body
