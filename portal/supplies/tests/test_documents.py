"""The paper of the warehouse: every bar code on it is read again by a decoder."""

from __future__ import annotations

from collections.abc import Sequence

import pypdfium2
import pytest
import zxingcpp

from portal.foundation.web.paper import printable
from portal.supplies.documents.delivery_note import delivery_note, package_labels
from portal.supplies.documents.pick_list import pick_list
from portal.supplies.models import Consignment
from portal.supplies.services.start_picking import start_picking
from portal.supplies.tests.factories import (
    CatalogueItemFactory,
    StockLevelFactory,
    contractor_actor,
    place,
    place_new_order,
)
from portal.supplies.tests.warehouse import packed, staff_actor
from portal.supplies.warehouse_selectors import find_consignment_by, lines_besides, pick_lines

pytestmark = pytest.mark.django_db
_DOTS_PER_INCH = (300, 420)  # a scanner, too, looks more than once


def _codes(pdf: bytes) -> set[str]:
    """The texts of all bar codes on all pages: also of one that a decoder finds where none was meant."""
    found: set[str] = set()
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            for dots in _DOTS_PER_INCH:
                image = page.render(scale=dots / 72).to_pil()
                found |= {each.text for each in zxingcpp.read_barcodes(image)}
    return found


def _text(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def _pages(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def _consignment(items: int, codes: Sequence[str] = (), **values: object) -> Consignment:
    each = [{"code": code} for code in codes] or [values] * items
    levels = [StockLevelFactory(item=CatalogueItemFactory(**one), on_hand=50) for one in each]
    order = place(contractor_actor(), *((level.item, 2) for level in levels))
    return find_consignment_by(staff_actor(), start_picking(staff_actor(), order.reference).reference)


def test_every_bar_code_of_a_long_pick_list_can_be_read_again() -> None:
    consignment = _consignment(60)
    lines = pick_lines(consignment)
    pdf = pick_list(consignment, lines)
    codes = {line.line.item_code for line in lines}
    assert len(codes) == 60
    assert _codes(pdf) == {consignment.reference, consignment.order.reference, *codes}
    assert f"Page 1 of {_pages(pdf)}" in _text(pdf) and _pages(pdf) > 3


def test_no_text_is_printed_over_the_bars_of_another_row() -> None:
    """With reportlab's own text below the bars, a decoder read TE60107J here, which is nobody's code."""
    consignment = _consignment(0, codes=[f"TEST-{number}" for number in range(48, 72)])
    lines = pick_lines(consignment)
    assert _codes(pick_list(consignment, lines)) == {
        consignment.reference, consignment.order.reference, *(line.line.item_code for line in lines)
    }  # fmt: skip


def test_the_longest_item_code_still_fits_and_reads() -> None:
    consignment = _consignment(1, code="ABCDEFGH-JKLMNPQ-123")
    assert "ABCDEFGH-JKLMNPQ-123" in _codes(pick_list(consignment, pick_lines(consignment)))


def test_the_pick_list_says_where_things_are_and_how_many() -> None:
    level = StockLevelFactory(item=CatalogueItemFactory(name="Needles, green"), on_hand=50, location="A-01-03")
    order = place(contractor_actor(), (level.item, 7))
    consignment = find_consignment_by(staff_actor(), start_picking(staff_actor(), order.reference).reference)
    text = _text(pick_list(consignment, pick_lines(consignment)))
    for words in ("A-01-03", "Needles, green", "7 packs of 1 items", order.delivery_name, consignment.store.name):
        assert words in text


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


def test_the_delivery_note_names_what_is_not_in_the_parcel() -> None:
    there, gone = StockLevelFactory(on_hand=3), StockLevelFactory(on_hand=0)
    order = place(contractor_actor(), (there.item, 2), (gone.item, 4))
    consignment = find_consignment_by(staff_actor(), packed(order).reference)
    lines = pick_lines(consignment)
    text = _text(delivery_note(consignment, lines, lines_besides(consignment, lines)))
    assert "Not in this parcel" in text and gone.item.code in text and "Waiting for stock" in text
    assert "Not in this parcel" not in _text(delivery_note(consignment, lines))


def test_every_package_has_its_own_label() -> None:
    level = StockLevelFactory()
    order = place(contractor_actor(), (level.item, 3))
    consignment = find_consignment_by(staff_actor(), packed(order, packages=3).reference)
    pdf = package_labels(consignment)
    assert _pages(pdf) == 3
    assert _codes(pdf) == {f"{consignment.reference}-{number}" for number in (1, 2, 3)}


def test_the_longest_address_fits_on_one_label() -> None:
    consignment = find_consignment_by(staff_actor(), packed(place_new_order()).reference)
    consignment.order.delivery_name = "Family Medical Practice and Community Wellbeing Centre " * 3
    consignment.order.delivery_lines = ["12 Very Long Industrial Estate Road, Unit 7"] * 5
    pdf = package_labels(consignment)
    assert _pages(pdf) == 1
    assert _codes(pdf) == {f"{consignment.reference}-1"}
    assert consignment.order.delivery_postcode in _text(pdf)


@pytest.mark.parametrize(
    "name",
    [
        "Łódź form",
        "表格",
        "<b>bold</b> & co",
        "x" * 5_000,
        "a\u202eb",
        "\x00\x1b[31m",
        "𝕏🤷\u200d♀️" * 40,
        "a " * 3_000,
        "",
    ],
    ids=["accents", "Chinese", "mark-up", "long", "turned", "control", "emoji", "many words", "nothing"],
)
def test_odd_names_make_every_document_and_no_error(name: str) -> None:
    consignment = _consignment(1)
    lines = pick_lines(consignment)
    lines[0].line.item_name = lines[0].level.location = name
    consignment.order.delivery_name = consignment.store.name = consignment.order.placed_by_name = name
    others = [each.line for each in lines]
    for pdf in (pick_list(consignment, lines), delivery_note(consignment, lines, others), package_labels(consignment)):
        assert consignment.reference in " ".join(_codes(pdf))


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        ("Łódź, Ŵrexham", "Lódz, Wrexham"),
        ("Café “Zoë” – £5", "Café “Zoë” – £5"),
        ("表格 3", "?? 3"),
        ("gnp\u202e.exe\nline", "gnp .exe line"),
    ],
    ids=["accents", "Western", "Chinese", "control"],
)
def test_letters_the_font_lacks_lose_their_accents_or_become_a_question_mark(words: str, printed: str) -> None:
    assert printable(words) == printed
