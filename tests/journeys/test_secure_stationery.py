"""A second person's release, prescribers who come and go, and who must know when forms are missing (J5, J7, J24)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.casework.tests.factories import staff_member
from portal.foundation.outbox.models import OutboxMessage
from portal.organisations.tests.factories import OrganisationFactory
from portal.serials.models import AreaContact, PadTask, Prescriber, SecureRelease, SerialRange
from portal.serials.services.keep_forms import confirm_arrival, issue
from portal.serials.services.missing_forms import report_missing
from portal.serials.tests.forms import FIRST, delivered, in_store, keeper_of, missing, numbers, printed, site
from portal.serials.tests.secure import SecureSite
from portal.serials.tests.test_parcel_back import failed
from portal.supplies.models import Consignment
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@everywhere
def test_an_unusual_order_is_picked_only_after_a_second_person_released_it(
    visit: Visit, javascript: bool, width: int
) -> None:
    place = SecureSite(name="FP10SS form")
    order = place.order(4)
    orderer = visit(place.member, javascript=javascript, width=width)
    orderer.go("supplies:order", code=orderer.code, reference=order.reference)
    orderer.sees("A second person of the operator looks at this order before it is sent.")
    orderer.looks_right("order-waits")

    picker = visit(staff_member("warehouse_operator"), javascript=javascript, width=width)
    picker.go("staff_supplies:start_picking", reference=order.reference)
    picker.page.get_by_role("main").get_by_role("button").first.click()
    picker.sees("waits for a second person")
    assert not Consignment.objects.exists()

    decider = visit(staff_member("approver"), javascript=javascript, width=width)
    decider.go("staff_serials:register")
    decider.follow("Orders that wait for a second person")
    decider.looks_right("releases")
    decider.follow(order.reference)
    decider.sees("It is the first secure stationery that this site is to get.")
    decider.press("Decide")
    decider.sees("Say what you checked.")
    decider.page.get_by_label("Release it: the warehouse picks it.").check()
    decider.page.get_by_label("What did you check?").fill("Called the practice on the number in the directory.")
    decider.looks_right("release")
    decider.press("Decide")
    decider.sees("The order is released.")
    decider.sees("No order waits.")

    picker.go("staff_supplies:start_picking", reference=order.reference)
    picker.page.get_by_role("main").get_by_role("button").first.click()
    picker.sees("FP10SS form")
    assert Consignment.objects.get().order == order
    assert SecureRelease.objects.get().note.startswith("Called the practice")


@everywhere
def test_a_prescriber_joins_is_renamed_and_leaves_and_the_pads_are_destroyed(
    visit: Visit, javascript: bool, width: int
) -> None:
    item, member = in_store(1000), site()
    box, actor = delivered(item, member), keeper_of(member)
    confirm_arrival(actor, box.reference, numbers(item, 0, 100))
    today = timezone.localdate()
    owner = visit(member, javascript=javascript, width=width)
    owner.go("serials:join", code=owner.code)
    owner.page.get_by_label("Name").fill("Dr Patel")
    owner.page.get_by_label("Prescriber's code").fill("G1234567")
    owner.page.get_by_label("Doctor").check()
    owner.fill_date(today - timedelta(days=400))
    owner.press("Add")
    owner.sees("The prescriber is on your list.")
    issue(actor, numbers(item, 0, 50), "", Prescriber.objects.get().reference)
    owner.follow("Dr Patel")
    owner.sees(printed(FIRST)[:10])
    owner.follow("Change the name")
    owner.page.get_by_label("New name").fill("Dr Patel-Jones")
    owner.fill_date(today - timedelta(days=30))
    owner.looks_right("prescriber-rename")
    owner.page.get_by_role("main").get_by_role("button").last.click()
    owner.sees("The new name is kept.")
    owner.follow("Record the last day")
    owner.fill_date(today - timedelta(days=1))
    owner.looks_right("prescriber-leave")
    owner.page.get_by_role("main").get_by_role("button").last.click()
    owner.sees("Destroy the pads before a second person")
    owner.looks_right("prescriber-left")

    owner.press("Close the task")
    owner.page.get_by_label("They are destroyed, before a second person.").check()
    owner.page.get_by_label("Who did it, and when?").fill("Today, with Sam Reed.")
    owner.looks_right("pads-close")
    owner.page.get_by_role("main").get_by_role("button").last.click()
    owner.sees("50 forms are still issued")  # the register is asked, not only the person

    owner.go("serials:destroy", code=owner.code)
    owner.page.get_by_label("Which form?").first.select_option(item.code)
    owner.page.get_by_label("First number").fill(printed(FIRST))
    owner.page.get_by_label("Last number").fill(printed(FIRST + 49))
    owner.page.get_by_label("Who saw it?").fill(actor.name.upper())
    owner.press("They are destroyed")
    owner.sees("Enter the full name of a second person.")
    owner.looks_right("destroy-alone")
    owner.page.get_by_label("Who saw it?").fill("Sam Reed")
    owner.press("They are destroyed")
    owner.go("serials:close_pads", code=owner.code, reference=Prescriber.objects.get().reference)
    owner.page.get_by_label("They are destroyed, before a second person.").check()
    owner.page.get_by_label("Who did it, and when?").fill("Today, with Sam Reed.")
    owner.page.get_by_role("main").get_by_role("button").last.click()
    owner.sees("Thank you. The pads are accounted for.")
    owner.looks_right("prescriber-pads-closed")
    assert PadTask.objects.get().state == "closed"
    assert SerialRange.objects.get(state="destroyed").held_by == f"{actor.name}, seen by Sam Reed"


@everywhere
def test_whoever_must_know_in_an_area_is_told_and_nobody_else(visit: Visit, javascript: bool, width: int) -> None:
    area = OrganisationFactory(kind="commissioner", contractor_type="")
    keeper = visit(staff_member("data_manager", "stock_controller"), javascript=javascript, width=width)
    keeper.go("staff_serials:register")
    keeper.follow("Who must know when forms are missing")
    keeper.sees("Nobody is on the list.")
    for role, email, where in (
        ("Controlled Drugs Accountable Officer", "cdao@example.org", area.code),
        ("Counter fraud", "fraud@example.org", ""),
        ("Left last year", "gone@example.org", area.code),
    ):
        keeper.press("Add somebody")
        keeper.page.get_by_label("What are they?").fill(role)
        keeper.page.get_by_label("E-mail address").fill("not an address")
        keeper.page.get_by_label("Code of the area's commissioner").fill(where)
        keeper.page.get_by_role("main").get_by_role("button").last.click()
        keeper.sees("Enter an e-mail address.")
        keeper.page.get_by_label("E-mail address").fill(email)
        keeper.page.get_by_role("main").get_by_role("button").last.click()
        keeper.sees("They are told of every report from now on.")
    keeper.looks_right("contacts")
    keeper.page.get_by_role("row", name="gone@example.org").get_by_role("button").click()
    keeper.sees("They are no longer told.")
    assert AreaContact.objects.filter(ended_at=None).count() == 2

    item, member = in_store(1000), site()
    type(member.organisation).objects.filter(pk=member.organisation.pk).update(commissioner_code=area.code)
    member.organisation.refresh_from_db()
    box, actor = delivered(item, member), keeper_of(member)
    confirm_arrival(actor, box.reference, numbers(item, 0, 100))
    case = report_missing(actor, missing(numbers(item, 0, 10), "stolen"))
    told = OutboxMessage.objects.filter(kind="serials.area_told")
    assert {row.recipients[0] for row in told} == {"cdao@example.org", "fraud@example.org"}

    decider = visit(staff_member("approver"), javascript=javascript, width=width)
    decider.go("staff_serials:incidents")
    decider.page.get_by_role("row", name=area.name).first.wait_for()
    decider.looks_right("incidents-by-area")
    answer = decider.page.request.get(f"{decider.base}/staff/forms/missing/{case.reference}/notice.pdf")
    assert answer.ok and answer.body().startswith(b"%PDF")


@everywhere
def test_a_parcel_with_numbered_forms_comes_back_and_forms_of_a_store_are_reported_and_destroyed(
    visit: Visit, javascript: bool, width: int
) -> None:
    box, place = failed()
    picker = visit(staff_member("warehouse_operator"), javascript=javascript, width=width)
    picker.go("staff_supplies:consignment", reference=box.reference)
    picker.follow("It came back")
    picker.looks_right("parcel-back-first")
    picker.press("Count its numbers")
    picker.press("Book it back in")
    picker.sees("Say whether this range is here.")
    for group in picker.page.get_by_label("It is here").all():
        group.check()
    picker.looks_right("parcel-back")
    picker.press("Book it back in")
    picker.sees("It is back on its shelf. Pick the order again.")

    keeper = visit(staff_member("stock_controller"), javascript=javascript, width=width)
    keeper.go("staff_serials:register")
    keeper.press("Report forms missing")
    keeper.page.get_by_label("Which form?").first.select_option(place.item.code)
    keeper.page.get_by_label("First number").fill(printed(FIRST + 700))
    keeper.page.get_by_label("Stolen").check()
    keeper.page.get_by_label("How did you notice?").fill("The lock was broken.")
    keeper.fill_date(timezone.localdate())
    keeper.page.get_by_label("When were they last seen, and by whom?").fill("On Monday, by Jo")
    keeper.page.get_by_label("Where were they kept?").fill("Row 3")
    keeper.page.get_by_label("Police reference").fill("WY-1")
    keeper.looks_right("missing-from-a-store")
    keeper.press("Report them")
    keeper.sees("Now count the shelf.")
    keeper.press("Destroy forms")
    keeper.page.get_by_label("Which form?").first.select_option(place.item.code)
    keeper.page.get_by_label("First number").fill(printed(FIRST + 900))
    keeper.page.get_by_label("Last number").fill(printed(FIRST + 999))
    keeper.page.get_by_label("Who saw it?").fill("Sam Reed")
    keeper.looks_right("destroy-at-the-operator")
    keeper.press("They are destroyed")
    keeper.sees("Now take them off the stock books.")
    keeper.sees("101 fewer")
    keeper.looks_right("register-differs")
    keeper.page.get_by_role("table").get_by_role("link", name=place.item.name).first.click()
    keeper.sees("On hand")
