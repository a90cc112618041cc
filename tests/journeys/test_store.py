"""The records store in a browser: boxes are set up, a bag is put away, wanted, and taken out (J26)."""

from __future__ import annotations

import pytest

from portal.casework.tests.factories import staff_member
from portal.records.models import Label
from portal.records.places import own_place
from portal.records.tests.factories import Journey, a_movement, labelled, stored_bag
from tests.journeys.conftest import Visit, everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@everywhere
def test_a_bag_is_put_into_a_box_and_taken_out_again(visit: Visit, javascript: bool, width: int) -> None:
    [label] = labelled(a_movement(destination=own_place("store"), reason="left"))
    Journey(label).scan("hub_in")

    staff = visit(staff_member("records_operator"), javascript=javascript, width=width)
    staff.go("staff_records:movements")
    staff.press("The store")
    staff.sees("The store has no building yet.")
    staff.press("Add a building")
    staff.page.get_by_label("Code").fill("north")
    staff.page.get_by_label("Name").fill("North hall")
    staff.press("Add it")
    staff.sees("Give it shelves.")
    staff.follow("NORTH")
    staff.press("Add a shelf")
    staff.page.get_by_label("Code").fill("A-01")
    staff.press("Add it")
    staff.follow("A-01")
    staff.press("Add boxes")
    staff.page.get_by_label("Code of the first box").fill("N-0001")
    staff.page.get_by_label("How many boxes?").fill("2")
    staff.page.get_by_label("How many bags does each hold?").fill("many")
    staff.press("Add them")
    staff.sees("Enter a whole number")
    staff.looks_right("store-boxes-wrong")
    staff.page.get_by_label("How many bags does each hold?").fill("40")
    staff.press("Add them")
    staff.sees("Print their labels.")
    staff.looks_right("store-shelf")
    staff.press("Change the shelf")
    staff.page.get_by_label("Code").fill("A-03")
    staff.press("Change it")
    staff.sees("The shelf is changed.")
    staff.follow("Back to building NORTH")
    staff.press("Change the building")
    staff.page.get_by_label("Name").fill("Old north hall")
    staff.looks_right("store-change-building")
    staff.press("Change it")
    staff.sees("Old north hall")
    staff.looks_right("store-building")

    staff.go("staff_records:shelve")
    staff.page.get_by_label("Box").fill("n-0001")
    staff.page.get_by_label("Bags", exact=True).fill(f"{label.code}\nRL-2222-2222")
    staff.press("Put them in")
    staff.sees("Set aside: 1 bag")
    staff.sees("In this box now.")
    staff.looks_right("store-shelved")

    bag = stored_bag(label=label)
    staff.go("staff_records:store")
    staff.looks_right("store")
    staff.follow("take out of the store")
    staff.sees("NORTH, shelf A-03, box N-0001")
    staff.looks_right("store-take-out")
    staff.press("Begin a walk")
    staff.sees("These bags are yours to fetch.")
    new = Label.objects.get(bag=bag).code
    staff.page.get_by_label("The code on the bag").fill(label.code)
    staff.page.get_by_label("The new label").fill("RL-3333-3333")
    staff.press("It is taken out")
    staff.sees("This label is for another bag.")
    staff.looks_right("store-walk-wrong")
    staff.page.get_by_label("The new label").fill(new)
    staff.press("It is taken out")
    staff.sees("Taken out. Stick the new label on")
    staff.looks_right("store-walk")
    staff.go("staff_records:box", box="N-0001")
    staff.sees("This box is empty.")
    staff.looks_right("store-box")
