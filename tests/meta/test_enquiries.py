"""The table of enquiries names only help pages and bodies that there are (J20, F9, F20)."""

from __future__ import annotations

from portal.casework.enquiry_types import enquiries
from portal.home.help_pages import help_pages
from portal.home.texts import contacts


def test_every_help_page_that_an_enquiry_names_exists_and_every_type_names_one() -> None:
    named = {each.code: set(each.help) for each in enquiries().types.values()}
    assert {code: slugs - set(help_pages()) for code, slugs in named.items() if slugs - set(help_pages())} == {}
    assert [code for code, slugs in named.items() if not slugs] == []


def test_every_body_that_an_enquiry_points_to_is_among_the_contacts() -> None:
    assert {each.contact for each in enquiries().types.values()} - {""} - set(contacts()) == set()
