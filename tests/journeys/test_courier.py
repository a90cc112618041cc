"""A courier's day without a network: nothing that was scanned is lost, and nothing counts twice (J27; issue 4)."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import chain, repeat
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route

from portal.casework.tests.factories import staff_member
from portal.foundation.access import system_actor
from portal.machines.permissions import KEEP_SCANNERS
from portal.machines.scanner_cookie import cookie_name
from portal.machines.services import keep_scanners
from portal.machines.tests.factories import Scanner, a_scan
from portal.records.models import Bag, Discrepancy, Holder, Label, Scan
from portal.records.places import own_place
from portal.records.services.prepare_movement import mark_ready
from portal.records.services.take_scans import Scanned, take_scans
from portal.records.tests.factories import a_movement, a_practice, chain_of, labelled, operator
from tests.journeys.conftest import NARROW, WIDE, Visit, Visitor, everywhere

# Yesterday, so that no hour of the day lies ahead of the clock and none is on the other side of midnight.
MORNING = (timezone.now() - timedelta(days=1)).replace(hour=6, minute=0, second=0, microsecond=0)
KEEPER = system_actor("Keeper", KEEP_SCANNERS)
_CAMERA = """
    window.looks = 0;
    window.BarcodeDetector = class { async detect() { window.looks += 1; return [{ rawValue: "CODE" }]; } };
    navigator.mediaDevices.getUserMedia = async () => {
        const canvas = document.createElement("canvas");
        canvas.getContext("2d").fillRect(0, 0, 1, 1);
        return (window.stream = canvas.captureStream());
    };
"""
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Courier:
    """Somebody with a scanner that is set up, and the scanning page open."""

    def __init__(self, visitor: Visitor, scanner: Scanner | None = None) -> None:
        self.visitor = visitor
        if scanner is not None:
            self.context.add_cookies([self.cookie(scanner)])

    def cookie(self, scanner: Scanner) -> Any:
        """The cookie of a scanner, as the portal sets it."""
        return {"name": cookie_name(), "value": scanner.token, "url": f"{self.visitor.base}/courier/", "httpOnly": True}

    @property
    def page(self) -> Page:
        """The page that is open."""
        return self.visitor.page

    @property
    def context(self) -> BrowserContext:
        """The device: it keeps what its pages forget."""
        return self.page.context

    def open(self) -> None:
        """Opens the page and waits until the browser keeps it."""
        self.visitor.go("courier:page")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self.visitor.sees("Online")

    def open_anew(self) -> None:
        """The phone was in a pocket, and the browser threw the page away."""
        self.page.close()
        self.visitor.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.visitor.troubles.append(str(error)))
        self.visitor.go("courier:page")

    def at(self, hour: int) -> None:
        """The device's clock now says so many hours after the morning began."""
        self.context.clock.set_fixed_time(MORNING + timedelta(hours=hour))

    def works(self, kind: str, place: Holder, why: str = "", *, other: bool = False) -> None:
        """Says where, and what; ``other`` types the code of a place that is not in the round."""
        self.page.locator("#place").select_option("other" if other else place.code)
        if other:
            self.page.get_by_label("Code of the place").fill(place.code)
        self.page.get_by_role("radio", name=kind).check()
        if why:
            self.page.locator("#why").select_option(label=why)

    def scan(self, code: str, says: str = "") -> None:
        """As a hand scanner does: the code, and Enter."""
        self.page.get_by_label("Scan or type the code of the label").fill(code)
        self.page.keyboard.press("Enter")
        self.page.locator("#answer", has_text=says or code).wait_for()

    def send_now(self) -> None:
        """Presses the button, when the page is done with what it sent before: until then the button does nothing."""
        self.page.evaluate("navigator.locks.request('courier-sending', () => true)")
        self.visitor.press("Send now")

    def waits(self, words: str) -> None:
        """What the page says of the scans that wait."""
        self.page.locator("#waiting", has_text=words).wait_for()


def _ready(origin: Holder, destination: Holder) -> Label:
    label = labelled(a_movement(origin, destination))[0]
    mark_ready(operator(), label.bag.movement.reference)
    return label


def _carried(origin: Holder, destination: Holder, van: Scanner) -> Label:
    """The label of a bag that left the hub this morning, with the courier of ``van``."""
    label = _ready(origin, destination)
    scans = [_scan(label, "collected", origin, 1), _scan(label, "hub_in", own_place("hub"), 2)]
    assert van.send(*scans).status_code == 200
    return label


def _scan(label: Label, kind: str, place: Holder, hour: int) -> dict[str, Any]:
    return a_scan(label.code, place.code, kind, at=(MORNING + timedelta(hours=hour)).isoformat())


def _leave_hub(*labels: Label) -> None:
    """The hub gives the bags to the courier before the round."""
    hub = own_place("hub")
    take_scans(
        operator(),
        [
            Scanned(
                key=f"hub {label.code}", kind="hub_out", code=label.code, place=hub, at=MORNING + timedelta(hours=3)
            )
            for label in labels
        ],
    )


def test_a_day_without_a_network_loses_nothing_and_counts_nothing_twice(visit: Visit) -> None:
    """Offline from the depot to the evening: reloaded, closed, opened again; then the line breaks in the middle.

    Seen to fail with a new key at each sending: 139 scans instead of 89.
    """
    elm, harbour, wrong = (
        a_practice(name="Elm Surgery"),
        a_practice(name="Harbour Practice"),
        a_practice(name="Wrong House"),
    )
    van, other_van = Scanner(name="Van 3"), Scanner(name="Van 4")
    outgoing = [_ready(elm, harbour) for _ in range(30)]
    brought = [_carried(elm, harbour, other_van) for _ in range(30)]
    _leave_hub(*brought)
    before = Scan.objects.count()
    courier = Courier(visit(width=NARROW), van)
    courier.at(4)
    courier.open()
    courier.context.set_offline(True)
    courier.page.reload()
    courier.waits("Nothing waits on this device.")

    courier.at(5)
    courier.works("I collect bags", elm)
    for label in outgoing:
        courier.scan(label.code)
    courier.page.get_by_text("30 of 30 scanned.", exact=True).wait_for()
    courier.scan(outgoing[0].code.lower().replace("-", " "), "scanned already at")  # twice on this device
    courier.waits("30 scans wait on this device. Nothing was sent yet.")
    courier.visitor.looks_right("courier-offline")

    courier.open_anew()
    courier.waits("30 scans wait on this device.")
    courier.at(7)
    courier.works("I deliver bags", harbour)
    for label in brought[:26]:
        courier.scan(label.code)
    courier.works("I deliver bags", wrong, other=True)
    courier.scan(brought[26].code, "is not on the list for")  # at the wrong door
    courier.scan(brought[27].code, "is not on the list for")  # while the other van says that it is where it belongs
    courier.scan("RL-2222-2222", "is not on the list for")  # a label nobody made
    courier.works("I could not deliver", harbour, why="The site was closed")
    courier.scan(brought[28].code, "could not be delivered")
    courier.at(9)
    courier.works("I hand bags in at the hub", own_place("hub"))
    for label in outgoing[:29]:
        courier.scan(label.code, "handed in")
    courier.waits("89 scans wait on this device.")
    assert Scan.objects.count() == before

    # Meanwhile another van: a bag of this round, and one that this device saw elsewhere, both later.
    assert other_van.send(_scan(outgoing[29], "delivered", harbour, 8)).status_code == 200
    assert other_van.send(_scan(brought[27], "delivered", harbour, 8)).status_code == 200

    courier.at(10)
    lost: list[int] = []

    def lose_the_first_answer(route: Route) -> None:
        """The portal takes the scans, and the line breaks before the answer arrives."""
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort("connectionreset")

    courier.page.route("**/courier/scans?*", lose_the_first_answer)
    with courier.page.expect_event("requestfailed"):
        courier.context.set_offline(False)
    courier.page.locator("#line", has_text="Offline").wait_for()
    courier.waits("89 scans wait on this device. Nothing was sent yet.")
    assert lost == [200]
    assert Scan.objects.count() == before + 2 + 50, "what the device does not know to be taken is taken"
    courier.send_now()
    courier.waits("Nothing waits on this device. Last sent")

    mine = Scan.objects.filter(key__startswith=van.machine.reference)
    assert mine.count() == 89
    assert not Scan.objects.exclude(outcome="discrepancy").filter(label=None).exists()
    assert set(mine.filter(kind="collected").values_list("scanned_at", flat=True)) == {MORNING + timedelta(hours=5)}
    for label in outgoing[:29]:
        assert chain_of(label.bag.part)[1:] == [(elm.code, "COURIER", "scanned"), ("COURIER", "HUB", "scanned")]
    for label in brought[:26]:
        assert chain_of(label.bag.part)[-1] == ("COURIER", harbour.code, "scanned")
    assert _state(outgoing[29]) == _state(brought[27]) == "delivered"
    assert _state(brought[28]) == "in_transit"
    assert mine.get(kind="failed").note == "The site was closed"
    found = {(each.kind, each.scan.code) for each in Discrepancy.objects.filter(scan__in=mine).select_related("scan")}
    assert found == {
        ("wrong_place", brought[26].code),
        ("late_conflict", brought[27].code),
        ("unknown_label", "RL-2222-2222"),
    }
    courier.page.locator("#wrong li").nth(2).wait_for()
    for _, code in found:
        assert courier.page.locator("#wrong li", has_text=code).count() == 1
    assert courier.page.locator("#wrong li").count() == 3
    courier.visitor.looks_right("courier-does-not-fit")
    courier.page.get_by_role("button", name="I have put it aside: RL-2222-2222").click()
    courier.page.locator("#wrong li").nth(2).wait_for(state="detached")

    staff = visit(staff_member("records_operator"))
    staff.go("staff_records:discrepancies")
    for words in ("A bag that came to the wrong place", "A late scan that disagrees", "Label RL-2222-2222"):
        staff.sees(words)
    _forgive(courier.visitor)  # what Chromium says of a connection that we broke ourselves


def test_broken_servers_strangers_answers_and_an_ended_access_lose_nothing(visit: Visit) -> None:
    """Seen to fail where any answer of status 200 counts as one for the scans that were sent."""
    elm, harbour = a_practice(name="Elm Surgery"), a_practice(name="Harbour Practice")
    own_place("hub")
    labels = [_ready(elm, harbour) for _ in range(3)]
    van = Scanner(name="Van 3")
    courier = Courier(visit(width=NARROW), van)
    courier.open()
    answers: list[dict[str, Any]] = [
        {"status": 503, "body": "<h1>Away</h1>"},
        {"status": 200, "body": "<h1>Sign in to the free network</h1>", "content_type": "text/html"},
        {"status": 200, "json": {"scans": [{"key": "somebody else's", "outcome": "applied"}]}},
        {"status": 429, "json": {"detail": "Too many requests."}, "headers": {"Retry-After": "300"}},
    ]
    # The page also tries by itself, after ten seconds: the last answer is given to whoever asks once more.
    given = chain(answers, repeat(answers[-1]))
    courier.page.route("**/courier/scans?*", lambda route: route.fulfill(**next(given)))
    courier.works("I collect bags", elm)
    courier.scan(labels[0].code)
    for _ in range(3):
        courier.page.locator("#line", has_text="Offline").wait_for()
        courier.waits("1 scan waits on this device. Nothing was sent yet.")
        with courier.page.expect_response("**/courier/scans?*"):
            courier.send_now()
    courier.page.locator("#line", has_text="Offline").wait_for()
    courier.waits("1 scan waits on this device. Nothing was sent yet.")
    courier.page.unroute("**/courier/scans?*")
    assert Scan.objects.count() == 0

    keep_scanners.end_scanner(KEEPER, van.machine.reference, "It was stolen, somebody said")
    courier.scan(labels[1].code)
    courier.visitor.sees("The access of this device has ended")
    courier.waits("2 scans wait on this device.")
    courier.visitor.looks_right("courier-ended")
    assert Scan.objects.count() == 0
    new = keep_scanners.AddScanner(name="Van 3 again", courier="COURIER", token_ends_on=timezone.localdate())
    _, secret = keep_scanners.add_scanner(KEEPER, new)
    courier.visitor.go("courier:set_up", secret=secret)
    courier.visitor.press("Use this device")
    courier.waits("Nothing waits on this device. Last sent")
    assert Scan.objects.count() == 2
    _forgive(courier.visitor)  # the statuses above


def test_a_scan_that_the_portal_refuses_holds_up_no_other_and_is_put_right(visit: Visit) -> None:
    elm, harbour = a_practice(name="Elm Surgery"), a_practice(name="Harbour Practice")
    own_place("hub")
    labels = [_ready(elm, harbour) for _ in range(3)]
    courier = Courier(visit(width=NARROW), Scanner(name="Van 3"))
    courier.open()
    courier.works("I collect bags", elm)
    courier.scan("999 000 0018", "may be a patient's")
    courier.scan(labels[0].code, "1 of 3 scanned.")
    courier.page.locator("#place").select_option("other")
    courier.page.get_by_label("Code of the place").fill("zz9none")
    courier.scan(labels[1].code, "is not on the list for ZZ9NONE")
    courier.visitor.sees("The portal did not take it: We do not know this place.")
    courier.works("I collect bags", elm)
    courier.scan(labels[2].code)
    courier.visitor.looks_right("courier-refused")
    courier.visitor.press("Send it for the place chosen above")
    courier.page.locator("#wrong li").wait_for(state="detached")
    courier.waits("Nothing waits on this device.")
    assert {_state(label) for label in labels} == {"collected"}
    assert Scan.objects.count() == 3
    _forgive(courier.visitor)  # the 422


def test_the_camera_scans_where_the_browser_reads_bar_codes(visit: Visit) -> None:
    """With a camera that shows one label all the time: it counts once, until the camera is stopped."""
    elm = a_practice(name="Elm Surgery")
    own_place("hub")
    label = _ready(elm, a_practice())
    courier = Courier(visit(width=NARROW), Scanner(name="Van 3"))
    courier.context.add_init_script(_CAMERA.replace("CODE", label.code))
    courier.open()
    courier.works("I collect bags", elm)
    courier.visitor.press("Scan with the camera")
    courier.page.locator("#answer", has_text="1 of 1 scanned.").wait_for()
    courier.waits("Nothing waits on this device. Last sent")
    courier.page.evaluate("new Promise((seen) => setInterval(() => window.looks > 5 && seen(true), 50))")
    assert courier.page.locator("#answer", has_text="1 of 1 scanned.").count() == 1
    courier.visitor.looks_right("courier-camera")
    courier.visitor.press("Stop the camera")
    courier.page.locator("#video").wait_for(state="hidden")
    assert courier.page.evaluate("stream.getTracks().every((track) => track.readyState === 'ended')")
    assert Scan.objects.count() == 1


def test_scans_for_one_courier_are_not_sent_as_anothers(visit: Visit) -> None:
    """A device with scans on it is set up for another courier: they stay, and somebody is told."""
    elm = a_practice(name="Elm Surgery")
    own_place("hub")
    label = _ready(elm, a_practice())
    rival = Scanner(place=Holder.objects.create(code="RIVAL", kind="courier", name="Rival Couriers"), name="Rival 1")
    courier = Courier(visit(width=WIDE), Scanner(name="Van 3"))
    courier.open()
    courier.context.set_offline(True)
    courier.works("I collect bags", elm)
    courier.scan(label.code)
    courier.context.add_cookies([courier.cookie(rival)])
    courier.context.set_offline(False)
    courier.page.reload()
    courier.visitor.sees("Scans of another courier wait here")
    courier.visitor.looks_right("courier-of-another")
    assert Scan.objects.count() == 0
    _forgive(courier.visitor)


@everywhere
def test_a_records_operator_sets_a_scanner_up_and_the_courier_scans(visit: Visit, javascript: bool, width: int) -> None:
    elm, harbour = a_practice(name="Elm Surgery"), a_practice(name="Harbour Practice")
    own_place("hub")
    label = _ready(elm, harbour)
    keeper = visit(staff_member("records_operator"), javascript=javascript, width=width)
    keeper.go("staff_scanners:scanners")
    keeper.sees("No scanner is set up.")
    keeper.press("Add a scanner")
    keeper.page.get_by_label("Name of the phone or hand scanner").fill("Van 3")
    keeper.looks_right("scanners-add")
    keeper.press("Add it and show its link")
    keeper.sees("Open it on the scanner now")
    keeper.looks_right("scanners-link")
    link = keeper.page.locator("code").inner_text()

    phone = visit(javascript=javascript, width=width)
    phone.go("courier:page")
    phone.sees("This device is not set up for scanning")
    phone.looks_right("courier-not-set-up")
    phone.go(urlsplit(link).path)
    phone.sees("Use this device to scan")
    phone.looks_right("courier-set-up")
    phone.press("Use this device")
    if javascript:
        courier = Courier(phone)
        courier.works("I collect bags", elm)
        courier.scan(label.code, "1 of 1 scanned.")
        courier.waits("Nothing waits on this device. Last sent")
    else:
        phone.page.get_by_role("radio", name="I collect bags").check()
        phone.page.get_by_label("Where?").fill(elm.code)
        phone.page.get_by_label("Codes of the labels").fill(label.code)
        phone.press("Send these bags")
        phone.sees("It moved the bag on")
    phone.looks_right("courier-scanned")
    assert _state(label) == "collected"
    phone.go(urlsplit(link).path)
    phone.sees("This link no longer works")

    keeper.follow("Back to the scanner")
    keeper.sees("Works")
    keeper.looks_right("scanners-one")
    keeper.press("Make a new link")
    keeper.looks_right("scanners-new-link")
    keeper.follow("Back to the scanner")
    keeper.press("End its access")
    keeper.page.get_by_label("Why does its access end?").fill("It was stolen.")
    keeper.looks_right("scanners-end")
    keeper.press("End its access")
    keeper.sees("Its access has ended.")
    keeper.looks_right("scanners-list")
    _forgive(phone)  # 403 and 404 above


def _forgive(visitor: Visitor) -> None:
    """Forgets the statuses that a test asked for; an error of a script stays."""
    visitor.troubles[:] = [each for each in visitor.troubles if not re.search(r": status \d{3}$", each)]


def _state(label: Label) -> str:
    return Bag.objects.get(pk=label.bag_id).state
