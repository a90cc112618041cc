"""What numbered forms put on the home pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.serials.cards import contractor_form_cards, staff_form_cards
from portal.serials.services.keep_prescribers import leave
from portal.serials.services.missing_forms import report_missing
from portal.serials.tests.forms import keeper_of, missing, numbers, prescriber, site, staff
from portal.serials.tests.test_incidents import at_site
from portal.supplies.tests.factories import contractor_actor

pytestmark = pytest.mark.django_db


def test_a_leavers_pads_wait_for_their_own_site_only() -> None:
    member = site()
    leave(keeper_of(member), prescriber(member).reference, timezone.localdate() - timedelta(days=1))
    (card,) = contractor_form_cards(contractor_actor(member))
    assert (card.title, card.value, card.needs_action) == ("Pads of leavers", "1", True)
    assert card.address == f"/o/{member.organisation.code}/forms/prescribers/"
    assert contractor_form_cards(contractor_actor(site())) == []


def test_staff_see_unusual_orders_and_missing_forms_and_who_may_act_is_asked_to() -> None:
    member = site()
    item, _ = at_site(member)
    report_missing(keeper_of(member), missing(numbers(item, 0, 10), "stolen"))
    releases, incidents = staff_form_cards(staff("approver"))
    assert (releases.value, releases.needs_action) == ("1", True)  # the first secure order of this site
    assert (incidents.value, incidents.needs_action) == ("1", True)
    assert not any(card.needs_action for card in staff_form_cards(staff("auditor")))


def test_nothing_to_do_is_no_card() -> None:
    assert staff_form_cards(staff("approver")) == []
