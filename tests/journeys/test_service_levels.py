"""Service levels (J29, J30): everybody reads the same numbers, a site its own beside them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from portal.accounts.tests.factories import MembershipFactory
from portal.foundation.access.row_security import system_scope
from portal.foundation.levels.models import CountedMonth, LevelCount
from portal.foundation.levels.months import add_months, month_of
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.tests.levels_facts import Part, a_line, at
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
_SHARES = (94, 93, 91, 90, 92, 94, 95, 96, 95, 90, 87, 91)


def a_year() -> None:
    """Twelve published months of two areas."""
    this = month_of(timezone.localdate())
    for place, share in enumerate(_SHARES):
        month = add_months(this, place - 12)
        for source, measure in (("supplies", "on_time"), ("records", "by_expected"), ("casework", "first_reply")):
            CountedMonth.objects.create(source=source, month=month, counted_at=timezone.now())
            for area, better in (("QA1", -2), ("QA2", 3)):
                LevelCount.objects.create(
                    source=source, month=month, area=area, contractor_type="gp", measure=measure,
                    kind={"supplies": "plain", "records": "ordinary", "casework": "enquiry"}[source],
                    counted=100, met=share + better, sites=30,
                )  # fmt: skip


@everywhere
def test_a_practice_compares_itself_with_its_area(visit: Visit, javascript: bool, width: int) -> None:
    a_year()
    OrganisationFactory(kind="commissioner", contractor_type="", code="QA1", name="Thornbury Board")
    site = OrganisationFactory(kind="gp_practice", contractor_type="gp", commissioner_code="QA1")
    last = add_months(month_of(timezone.localdate()), -1)
    with system_scope():
        for late in (0, 0, 0, 2):
            a_line(site, last, Part(packs=4, delivered_at=at(last + timedelta(days=late))))
    clerk = visit(MembershipFactory(organisation=site, roles=["main_contact"]), javascript=javascript, width=width)
    clerk.go("contractor:home", code=clerk.code)
    clerk.page.get_by_role("link", name="Service levels").last.click()
    clerk.sees("Your site: 75%. Thornbury Board: 90%. All sites: 93%.")
    clerk.looks_right("service levels of a site")
    clerk.page.get_by_label("From month").select_option(f"{last:%Y-%m}")
    clerk.press("Apply filter")
    clerk.sees("75% (3 of 4)")
    clerk.looks_right("service levels of one month")


@everywhere
def test_anybody_reads_them(visit: Visit, javascript: bool, width: int) -> None:
    a_year()
    anybody = visit(javascript=javascript, width=width)
    anybody.go("home:home")
    anybody.page.get_by_role("link", name="Service levels").last.click()
    anybody.sees("All sites: 93%.")
    anybody.page.get_by_label("Area beside all sites").select_option("QA2")
    anybody.press("Apply filter")
    anybody.sees("QA2: 95%. All sites: 93%.")
    anybody.page.get_by_text("How each figure is counted: supplies").click()
    anybody.page.get_by_text("Month by month as a table: supplies").click()
    anybody.looks_right("public service levels")


def test_a_commissioner_and_the_operator_see_the_same(visit: Visit) -> None:
    a_year()
    board = OrganisationFactory(kind="commissioner", contractor_type="", code="QA1", name="Thornbury Board")
    operator = OrganisationFactory(kind="operator", contractor_type="", code=settings.OPERATOR_CODE)
    commissioner = visit(MembershipFactory(organisation=board, roles=["commissioner_approver"]))
    commissioner.go("commissioner:requests", code="QA1")
    commissioner.page.get_by_role("link", name="Service levels").first.click()
    commissioner.sees("Thornbury Board: 90%. All sites: 93%.")
    commissioner.looks_right("service levels of an area")
    manager = visit(MembershipFactory(organisation=operator, roles=["service_manager"]))
    manager.go("staff:home")
    manager.page.get_by_role("link", name="Service levels").last.click()
    manager.sees("All sites: 93%.")
    manager.looks_right("service levels for staff")
