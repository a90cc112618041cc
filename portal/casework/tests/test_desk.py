"""The staff share the work out: filters, my work, giving, putting back, and several cases at once (J22)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Membership
from portal.accounts.tests.factories import MembershipFactory
from portal.casework.cards import staff_case_cards
from portal.casework.models import Case
from portal.casework.policy import TABLE, parse_policy, policy
from portal.casework.requester import requester
from portal.casework.services.hand_over import give_case, move_case, put_back
from portal.casework.services.open_case import OpenCase, start_case
from portal.casework.services.run_desk import plan_case
from portal.casework.services.work_case import answer_case, resume_case, take_case, wait_for
from portal.casework.services.work_many import take_many
from portal.casework.services.write_to_case import write_to_case
from portal.casework.tests.factories import agent, opened, reporter, staff_member
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict, InvalidInput, Refused
from portal.foundation.outbox.models import OutboxMessage
from portal.foundation.texts import read_table
from portal.organisations.tests.factories import OrganisationFactory
from portal.supplies.tests.counting import counted_queries

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
BASE = "/staff/cases/"


def _colleague(membership: Membership, *roles: str) -> str:
    """Another member of the same operator, by the reference of the membership."""
    other = MembershipFactory(organisation=membership.organisation, roles=list(roles or ("support_agent",)))
    return str(other.reference)


def _shown(client: Client, query: str) -> set[str]:
    response = client.get(BASE + query)
    assert response.status_code == 200
    return set(re.findall(r"CA-\w{4}-\w{4}", response.content.decode()))


def test_a_case_is_given_to_a_colleague_who_is_told() -> None:
    member, case = staff_member(), opened()
    to = Membership.objects.get(reference=_colleague(member))
    given = give_case(agent(user_id=member.user_id), case.reference, to.reference)
    assert (given.state, given.owner_id, given.owner_name) == ("in_progress", to.user_id, to.user.name)
    told = OutboxMessage.objects.get(kind="casework.case_given")
    assert told.recipients == [to.user.email] and f"{BASE}{case.reference}/" in told.body
    with pytest.raises(Conflict), transaction.atomic():
        give_case(agent(), case.reference, to.reference)


def test_a_case_is_given_only_to_who_works_in_its_queue() -> None:
    member = staff_member()
    case, beside, auditor = opened(), _colleague(member, "data_manager"), _colleague(member, "auditor")
    left = _colleague(member)
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(reference=left).update(starts_on=yesterday, ends_on=yesterday)
    stranger = MembershipFactory(roles=["main_contact"]).reference
    for to in (beside, auditor, left, stranger, "", "x"):
        with pytest.raises(InvalidInput), transaction.atomic():
            give_case(agent(), case.reference, to)
    case.refresh_from_db()
    assert case.owner_id is None


def test_where_nobody_holds_the_queue_s_roles_everybody_may_have_the_case() -> None:
    case = opened()
    member = staff_member("data_manager")
    assert case.queue == "support"
    assert give_case(agent(), case.reference, member.reference).owner_id == member.user_id


def test_a_case_that_waits_waits_on_with_its_new_owner() -> None:
    member, case = staff_member(), opened()
    waiting = wait_for(agent(), case.reference, "DPD", party="carrier")
    given = give_case(agent(), case.reference, member.reference)
    assert (given.state, given.owner_id, given.next_action_on) == ("waiting", member.user_id, waiting.next_action_on)


def test_what_is_put_back_or_moved_is_nobody_s() -> None:
    case = opened()
    take_case(agent(), case.reference)
    back = put_back(agent(), case.reference)
    assert (back.state, back.owner_id, back.queue) == ("received", None, "support")
    with pytest.raises(Conflict), transaction.atomic():
        put_back(agent(), case.reference)
    take_case(agent(), case.reference)
    moved = move_case(agent(), case.reference, "data")
    assert (moved.state, moved.owner_id, moved.queue) == ("received", None, "data")
    take_case(agent(), case.reference)
    planned = plan_case(agent(), case.reference, "support", timezone.localdate())
    assert (planned.state, planned.owner_id) == ("received", None)
    for queue, error in (("support", Conflict), ("nowhere", InvalidInput)):
        with pytest.raises(error), transaction.atomic():
            move_case(agent(), case.reference, queue)


def test_a_reply_to_a_case_that_was_moved_while_it_waited_brings_it_to_its_queue() -> None:
    """Nobody owns it, so it cannot go on with somebody: the database would refuse that."""
    asker = reporter()
    case = opened(asker)
    wait_for(agent(), case.reference, "Asha", party="requester")
    assert move_case(agent(), case.reference, "data").state == "waiting"
    written = write_to_case(asker, case.reference, "Here.")
    assert (written.state, written.owner_id, written.queue) == ("received", None, "data")
    wait_for(agent(), case.reference, "DPD")
    put_back(agent(), case.reference)
    assert resume_case(agent(), case.reference).state == "received"


def test_nobody_shares_out_work_without_the_right() -> None:
    member, case = staff_member(), opened()
    for job in (
        lambda: give_case(agent("auditor"), case.reference, member.reference),
        lambda: put_back(agent("auditor"), case.reference),
        lambda: move_case(reporter(), case.reference, "data"),
        lambda: take_many(agent("auditor"), [case.reference]),
    ):
        with pytest.raises(Refused), transaction.atomic():
            job()


def test_several_are_taken_and_each_that_cannot_says_why() -> None:
    fresh, taken, answered = opened(), opened(), opened()
    take_case(agent(name="Kim", user_id=900_011), taken.reference)
    answer_case(agent(), answered.reference, "Done.")
    results = take_many(agent(), [fresh.reference, taken.reference, answered.reference, "CA-0000-0000"])
    said = {each.reference: (each.done, each.sentence) for each in results}
    assert said[fresh.reference][0]
    assert said[taken.reference] == (False, f"Kim is already looking into {taken.reference}.")
    assert not said[answered.reference][0] and not said["CA-0000-0000"][0]
    assert Case.objects.get(pk=fresh.pk).owner_id == agent().user_id
    assert AuditEvent.objects.filter(type="casework.taken").count() == 2


def test_when_none_can_nothing_is_recorded() -> None:
    before = AuditEvent.objects.count()
    assert [each.done for each in take_many(agent(), ["CA-0000-0000"])] == [False]
    assert AuditEvent.objects.count() == before


def test_several_cases_on_the_pages(sign_in: SignIn) -> None:
    member = staff_member()
    client, to = sign_in(member), _colleague(member)
    first, second = opened(), opened()
    address = f"{BASE}several/?case={first.reference}&case={second.reference}"
    page = client.get(address).content.decode()
    assert first.reference in page and "2 chosen cases" in page
    for wrong in ({}, {"what": "give"}, {"what": "move"}, {"what": "give", "colleague": "x"}):
        assert client.post(address, wrong).status_code == 422
    answer = client.post(address, {"what": "give", "colleague": to, "submission": str(uuid.uuid4())})
    assert answer["Location"] == f"{BASE}several/done/"
    done = client.get(answer["Location"]).content.decode()
    assert "Done for 2 of 2 cases" in done
    client.post(address, {"what": "move", "queue": "data"})
    assert set(Case.objects.values_list("queue", "owner_id")) == {("data", None)}
    client.post(address, {"what": "take"})
    assert set(Case.objects.values_list("owner_id", flat=True)) == {member.user_id}
    assert "not chosen a case" in client.get(f"{BASE}several/").content.decode()
    assert client.get(f"{BASE}several/?case=%00").status_code == 200
    assert "at once yet" in sign_in(staff_member()).get(f"{BASE}several/done/").content.decode()


def test_one_case_is_given_put_back_and_resumed_on_its_pages(sign_in: SignIn) -> None:
    member, case = staff_member(), opened()
    client, to, base = sign_in(member), _colleague(member), f"{BASE}{case.reference}/"
    assert client.post(f"{base}give/", {"colleague": ""}).status_code == 422
    assert client.post(f"{base}give/", {"colleague": to})["Location"] == f"{base}?done=given"
    assert client.post(f"{base}put-back/")["Location"] == f"{base}?done=put_back"
    for wrong in ({"party": "carrier"}, {"party": "other", "whom": " "}):
        assert "Enter whom you wait for." in client.post(f"{base}wait/", wrong).content.decode()
    assert client.post(f"{base}wait/", {"party": "requester"})["Location"] == f"{base}?done=waiting"
    assert Case.objects.get().waiting_for == case.opened_by_name
    assert "Go on with it" in client.get(base).content.decode()
    assert client.post(f"{base}resume/")["Location"] == f"{base}?done=resumed"


def test_the_desk_filters_by_owner_kind_party_and_contractor_type(sign_in: SignIn) -> None:
    member = staff_member()
    client = sign_in(member)
    dental = OrganisationFactory(contractor_type="dental", kind="dental_practice")
    order = opened()
    tooth = opened(
        reporter(MembershipFactory(organisation=dental, roles=["supplies_order_clerk"])), kind="enquiry", about_type=""
    )
    with transaction.atomic():
        account = start_case(requester("asha@example.org"), OpenCase(kind="merger", subject="We merge", details="x"))
    take_case(agent(user_id=member.user_id), order.reference)
    wait_for(agent(), tooth.reference, "DPD", party="carrier")
    expected = {
        f"?owner={member.reference}": {order},
        "?owner=nobody": {account},
        "?owner=gone": set(),
        "?kind=order": {order},
        "?kind=enquiry": {tooth},
        "?kind=merger": {account},
        "?kind=nonsense": {order, tooth, account},
        "?party=carrier": {tooth},
        "?party=requester": set(),
        "?contractor_type=dental": {tooth},
        "?contractor_type=none": {account},
        "?state=waiting&party=carrier": {tooth},
    }
    for query, cases in expected.items():
        assert _shown(client, query) == {case.reference for case in cases}, query


def test_my_work_is_sorted_by_what_it_asks_of_me(sign_in: SignIn) -> None:
    member = staff_member()
    me, client = agent(user_id=member.user_id), sign_in(member)
    today, later, vain, unowned, of_others = opened(), opened(), opened(), opened(), opened()
    elsewhere = opened(kind="directory")
    for case in (today, later, vain):
        take_case(me, case.reference)
    plan_case(me, today.reference, "support", timezone.localdate())
    plan_case(me, later.reference, "support", timezone.localdate() + timedelta(days=3))
    Case.objects.filter(pk=vain.pk).update(waited_in_vain_for="DPD")
    take_case(agent(name="Kim", user_id=900_011), of_others.reference)
    page = client.get(f"{BASE}my-work/").content.decode()
    parts = re.split(r"<h2[^>]*>", page)
    found = {part.partition("<")[0]: set(re.findall(r">(CA-\w{4}-\w{4})<", part)) for part in parts[1:]}
    assert found["Waits that ran out"] == {vain.reference}
    assert found["Yours, for today"] == {today.reference}
    assert found["Nobody has these yet"] == {unowned.reference}
    assert found["Yours, for later"] == {later.reference}
    assert of_others.reference not in page and elsewhere.reference not in page
    assert "Waited for DPD in vain" in page
    assert sign_in(staff_member("auditor")).get(f"{BASE}my-work/").status_code == 403


def test_my_work_costs_the_same_however_much_it_is(sign_in: SignIn) -> None:
    member = staff_member()
    client, sent = sign_in(member), {}
    for more in (3, 40):
        for _ in range(more):
            take_case(agent(user_id=member.user_id), opened().reference)
            opened()
        with counted_queries() as queries:
            client.get(f"{BASE}my-work/")
        sent[more] = len(queries)
    assert sent[3] == sent[40] <= 6


@pytest.mark.parametrize(
    ("workers", "said"),
    [({"nowhere": ["support_agent"]}, "queues it does not have"), ({"support": ["auditor"]}, "do not work on cases")],
)
def test_a_table_that_names_the_wrong_workers_is_refused(workers: dict[str, list[str]], said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=said):
        parse_policy({**read_table(TABLE), "workers": workers})


def test_a_table_from_before_has_queues_that_are_everybody_s() -> None:
    table = read_table(TABLE)
    del table["workers"], table["durations"]["wait_days"]
    before = parse_policy(table)
    assert before.works_in("data", []) and before.durations.wait_days == policy().durations.wait_days


def test_the_dashboards_say_what_waits_for_the_reader(sign_in: SignIn) -> None:
    member, clerk = staff_member(), MembershipFactory(roles=["supplies_order_clerk"])
    case, other = opened(reporter(clerk)), opened()
    home = f"/o/{clerk.organisation.code}/"
    assert "wait for your reply" not in sign_in(clerk).get(home).content.decode()
    wait_for(agent(user_id=member.user_id), case.reference, "Asha", party="requester")
    assert "Cases that wait for your reply" in sign_in(clerk).get(home).content.decode()
    stranger = MembershipFactory(roles=["supplies_order_clerk"])
    page = sign_in(stranger).get(f"/o/{stranger.organisation.code}/").content.decode()
    assert "wait for your reply" not in page
    (mine, unowned) = staff_case_cards(agent(user_id=member.user_id))
    assert (mine.value, unowned.value) == ("0", "1")  # it waits, and is looked at when that is over
    take_case(agent(user_id=member.user_id), other.reference)
    plan_case(agent(user_id=member.user_id), other.reference, "support", timezone.localdate())
    (mine, unowned) = staff_case_cards(agent(user_id=member.user_id))
    assert (mine.value, mine.needs_action, unowned.value) == ("1", True, "0")
    assert staff_case_cards(agent("auditor")) == []
    assert "Your cases for today" in sign_in(member).get("/staff/").content.decode()
