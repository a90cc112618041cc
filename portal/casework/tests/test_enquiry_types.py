"""The operator's table of enquiries: what is wrong with it is said, with the type it is wrong in (J20)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.casework.enquiry_types import enquiries, parse_enquiries
from portal.organisations.api import CONTRACTOR_TYPES

FIELD = {"code": "question", "label": "Your question", "kind": "long"}
TYPE: dict[str, Any] = {"code": "other", "category": "portal", "name": "Other", "for": ["gp"], "fields": [FIELD]}


def table(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"categories": {"portal": "Portal enquiries"}, "types": list(rows)}


def test_a_right_table_is_read() -> None:
    found = parse_enquiries(table(TYPE)).types["other"]
    assert (found.name, [each.code for each in found.fields], found.is_pointer) == ("Other", ["question"], False)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"category": "wine"}, "category 'wine'"),
        ({"for": []}, "is for nobody"),
        ({"for": ["vet"]}, "is for vet"),
        ({"queue": "nowhere"}, "queue 'nowhere'"),
        ({"settle_days": -1}, "days"),
        ({"first_reply_days": "two"}, "days"),
        ({"fields": []}, "either fields or a text"),
        ({"text": "Go there."}, "either fields or a text"),
        ({"request": "holiday"}, "request 'holiday'"),
        ({"colour": "red"}, "a word too many"),
        ({"fields": [FIELD, FIELD]}, "two fields"),
        ({"fields": [{**FIELD, "code": "my field"}]}, "'my field'"),
        ({"fields": [{**FIELD, "kind": "song"}]}, "kind 'song'"),
        ({"fields": [{**FIELD, "kind": "choice"}]}, "choices"),
        ({"fields": [{**FIELD, "choices": ["one"]}]}, "choices"),
        ({"fields": [{"code": "question"}]}, "field that is not complete"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        parse_enquiries(table({**TYPE, **change}))
    assert sentence in str(refused.value) and "other" in str(refused.value)


def test_a_type_without_a_name_and_one_that_stands_there_twice_are_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="not complete"):
        parse_enquiries(table({key: value for key, value in TYPE.items() if key != "name"}))
    with pytest.raises(ImproperlyConfigured, match="twice"):
        parse_enquiries(table(TYPE, TYPE))
    with pytest.raises(ImproperlyConfigured, match="at least one"):
        parse_enquiries({"categories": {"portal": "x"}})


@pytest.mark.parametrize("contractor_type", CONTRACTOR_TYPES)
def test_every_contractor_type_has_questions_of_its_own(contractor_type: str) -> None:
    shown = {each.code for _, types in enquiries().grouped(contractor_type) for each in types}
    assert {"portal_sign_in", "supplies_order", "complaint"} <= shown
    assert ("contracts_dental" in shown) is (contractor_type == "dental")
    assert ("organisation_branch" in shown) is (contractor_type == "gp")
