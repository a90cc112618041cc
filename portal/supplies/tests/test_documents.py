"""The paper of the warehouse: every bar code on it is read again by a decoder."""

from __future__ import annotations

import pypdfium2
import pytest
import zxingcpp

from portal.supplies.documents.delivery_note import delivery_note, package_labels
from portal.supplies.documents.pick_list import pick_list
from portal.supplies.models import Consignment
from portal.supplies.services.start_picking import start_picking
from portal.supplies.tests.factories import CatalogueItemFactory, StockLevelFactory, contractor_actor, place
from portal.supplies.tests.warehouse import packed, staff_actor
from portal.supplies.warehouse_selectors import find_consignment_by, pick_lines

pytestmark = pytest.mark.django_db
_DOTS_PER_INCH = (300, 420)  # a scanner, too, looks more than once


def _codes(pdf: bytes) -> set[str]:
    """The texts of all bar codes on all pages."""
    found: set[str] = set()
    for page in pypdfium2.PdfDocument(pdf):
        for dots in _DOTS_PER_INCH:
            image = page.render(scale=dots / 72).to_pil()
            found |= {each.text for each in zxingcpp.read_barcodes(image)}
    return found


def _text(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def _consignment(items: int, **values: object) -> Consignment:
    levels = [StockLevelFactory(item=CatalogueItemFactory(**values), on_hand=50) for _ in range(items)]
    order = place(contractor_actor(), *((level.item, 2) for level in levels))
    return find_consignment_by(staff_actor(), start_picking(staff_actor(), order.reference).reference)


def test_every_bar_code_of_a_long_pick_list_can_be_read_again() -> None:
    consignment = _consignment(24)
    lines = pick_lines(consignment)
    pdf = pick_list(consignment, lines)
    assert len(pypdfium2.PdfDocument(pdf)) > 1
    assert _codes(pdf) == {consignment.reference, *(line.line.item_code for line in lines)}


def test_the_longest_item_code_still_fits_and_reads() -> None:
    consignment = _consignment(1, code="ABCDEFGH-JKLMNPQ-123")
    assert "ABCDEFGH-JKLMNPQ-123" in _codes(pick_list(consignment, pick_lines(consignment)))


def test_the_delivery_note_says_what_is_in_the_parcel_and_for_whom() -> None:
    level = StockLevelFactory(on_hand=3)
    actor = contractor_actor()
    order = place(actor, (level.item, 5))
    consignment = find_consignment_by(staff_actor(), packed(order).reference)
    pdf = delivery_note(consignment, pick_lines(consignment))
    text = _text(pdf)
    assert actor.organisation_name in text and order.reference in text and order.delivery_postcode in text
    assert _codes(pdf) == {consignment.reference}
    assert {"5", "3", "2"} <= set(text.split())  # ordered, in this parcel, to follow


def test_every_package_has_its_own_label() -> None:
    level = StockLevelFactory()
    order = place(contractor_actor(), (level.item, 1))
    consignment = find_consignment_by(staff_actor(), packed(order, packages=3).reference)
    pdf = package_labels(consignment)
    assert len(pypdfium2.PdfDocument(pdf)) == 3
    assert _codes(pdf) == {f"{consignment.reference}-{number}" for number in (1, 2, 3)}


@pytest.mark.parametrize("name", ["Łódź form", "表格", "<b>bold</b> & co", "x" * 400, "a\u202eb"])
def test_odd_names_make_a_document_and_no_error(name: str) -> None:
    consignment = _consignment(1, name=name)
    assert pick_list(consignment, pick_lines(consignment)).startswith(b"%PDF")
