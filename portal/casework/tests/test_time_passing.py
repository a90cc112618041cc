"""What time does to cases: a wait runs out, an answer that nobody objects to settles the case (J22)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.models import Membership
from portal.accounts.tests.acting import acting
from portal.casework.clock import closes_on, working_days_until
from portal.casework.models import Case
from portal.casework.policy import policy
from portal.casework.services import let_time_pass as time
from portal.casework.services.run_desk import reply_to_case
from portal.casework.services.work_case import answer_case, close_case, resume_case, take_case, wait_for
from portal.casework.services.write_to_case import write_to_case
from portal.casework.tasks import watch_clock
from portal.casework.tests.asking import asked, practice
from portal.casework.tests.factories import agent, opened, reporter, staff_member
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Conflict, InvalidInput
from portal.foundation.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db
# Thursday 5 November 2026: days are counted over the weekend.
THURSDAY = date(2026, 11, 5)


@pytest.fixture
def _thursday(monkeypatch: pytest.MonkeyPatch) -> None:
    _on(monkeypatch, THURSDAY)


def _on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Noon of that day, wherever somebody asks what day or time it is."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=timezone.get_current_timezone())
    monkeypatch.setattr(timezone, "now", lambda: noon)
    monkeypatch.setattr(timezone, "localdate", lambda value=None, *_: timezone.localtime(value or noon).date())


def _types(case: Case) -> list[str]:
    return [event.type for event in AuditEvent.objects.about("case", case.reference)]  # type: ignore[attr-defined]


def _waiting(member: Membership, *, until: date | None = None, party: str = "carrier") -> Case:
    return wait_for(agent(user_id=member.user_id), opened().reference, "DPD", party=party, until=until)


@pytest.mark.usefixtures("_thursday")
def test_a_wait_lasts_to_the_end_of_its_day_and_then_the_owner_has_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    member = staff_member()
    case = _waiting(member, until=date(2026, 11, 9))
    _on(monkeypatch, date(2026, 11, 9))
    watch_clock()
    case.refresh_from_db()
    assert (case.state, case.next_action_on) == ("waiting", date(2026, 11, 9))
    _on(monkeypatch, date(2026, 11, 10))
    watch_clock()
    case.refresh_from_db()
    assert (case.state, case.owner_id, case.waiting_until) == ("in_progress", member.user_id, None)
    assert (case.waited_in_vain_for, case.paused_days) == ("DPD", 3)  # Friday, Monday, Tuesday
    told = OutboxMessage.objects.get(kind="casework.wait_ran_out")
    assert told.recipients == [member.user.email] and case.reference in told.body and "DPD" not in told.body


@pytest.mark.usefixtures("_thursday")
def test_a_second_run_finds_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    case = _waiting(staff_member(), until=THURSDAY)
    answered = answer_case(agent(), opened().reference, "Done.")
    _on(monkeypatch, date(2026, 12, 1))
    watch_clock()
    before = (AuditEvent.objects.count(), OutboxMessage.objects.count())
    watch_clock()
    time.end_run_out_wait(time.CLOCK, case.reference)  # what a second worker does that had read the list before
    time.close_answered_case(time.CLOCK, answered.reference)
    assert (AuditEvent.objects.count(), OutboxMessage.objects.count()) == before
    assert _types(case).count("casework.wait_ran_out") == 1
    assert _types(answered).count("casework.closed_by_itself") == 1


@pytest.mark.usefixtures("_thursday")
def test_the_case_of_somebody_who_has_left_goes_to_its_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    member = staff_member()
    case = _waiting(member, until=THURSDAY)
    Membership.objects.filter(pk=member.pk).update(starts_on=date(2026, 1, 1), ends_on=THURSDAY)
    _on(monkeypatch, date(2026, 11, 6))
    watch_clock()
    case.refresh_from_db()
    assert (case.state, case.owner_id, case.waited_in_vain_for) == ("received", None, "DPD")
    assert not OutboxMessage.objects.filter(kind="casework.wait_ran_out").exists()


@pytest.mark.usefixtures("_thursday")
def test_a_wait_without_a_day_has_that_of_the_table() -> None:
    assert policy().durations.wait_days == 5
    assert _waiting(staff_member()).waiting_until == date(2026, 11, 12)
    with pytest.raises(InvalidInput), transaction.atomic():
        _waiting(staff_member(), until=THURSDAY - timedelta(days=1))


def test_whoever_acts_on_it_has_not_waited_in_vain_any_more() -> None:
    for act in (
        lambda case, _: reply_to_case(agent(), case.reference, "Still nothing."),
        lambda case, asker: write_to_case(asker, case.reference, "Here it is."),
        lambda case, _: wait_for(agent(), case.reference, "DPD", party="carrier"),
        lambda case, _: answer_case(agent(), case.reference, "Here it is."),
    ):
        asker = reporter()
        case = opened(asker)
        wait_for(agent(), case.reference, "DPD", party="carrier")
        Case.objects.filter(pk=case.pk).update(waiting_until=timezone.localdate() - timedelta(days=1))
        time.end_run_out_wait(time.CLOCK, case.reference)
        case.refresh_from_db()
        assert case.waited_in_vain_for == "DPD"
        act(case, asker)
        case.refresh_from_db()
        assert case.waited_in_vain_for == ""


def test_a_wait_is_ended_by_hand_and_only_once() -> None:
    case = _waiting(staff_member())
    resumed = resume_case(agent("data_manager", user_id=900_099), case.reference)
    assert (resumed.state, resumed.owner_id, resumed.next_action_on) == (
        "in_progress",
        case.owner_id,
        timezone.localdate(),
    )
    with pytest.raises(Conflict), transaction.atomic():
        resume_case(agent(), case.reference)


@pytest.mark.usefixtures("_thursday")
def test_an_answered_case_closes_after_the_days_it_said(monkeypatch: pytest.MonkeyPatch) -> None:
    asker = reporter()
    case = answer_case(agent(), opened(asker).reference, "It is on its way.")
    last_day = date(2026, 11, 19)  # ten working days after Thursday
    assert closes_on(case) == last_day
    assert "after 19 November 2026" in OutboxMessage.objects.get(kind="casework.case_answered").body
    _on(monkeypatch, last_day)
    watch_clock()
    case.refresh_from_db()
    assert case.state == "resolved"
    _on(monkeypatch, last_day + timedelta(days=1))
    watch_clock()
    case.refresh_from_db()
    assert (case.state, closes_on(case)) == ("closed", None)
    told = OutboxMessage.objects.get(kind="casework.case_closed")
    assert told.recipients == [asker.email] and "on its way" not in told.body
    assert write_to_case(asker, case.reference, "It is not.").state == "received"


@pytest.mark.usefixtures("_thursday")
def test_a_case_opened_again_in_time_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    asker = reporter()
    case = answer_case(agent(), opened(asker).reference, "It is on its way.")
    _on(monkeypatch, date(2026, 11, 20))
    write_to_case(asker, case.reference, "It is not.")
    time.close_answered_case(time.CLOCK, case.reference)  # the worker had read its list before
    case.refresh_from_db()
    assert case.state == "received"


@pytest.mark.usefixtures("_thursday")
def test_the_case_of_a_request_that_goes_on_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    request = asked(by=acting(practice()))
    answer_case(agent(), request.case.reference, "We have it.")
    _on(monkeypatch, date(2026, 12, 20))
    watch_clock()
    request.case.refresh_from_db()
    assert request.case.state == "resolved"


@pytest.mark.parametrize(
    "values",
    [{"waiting_until": None}, {"waited_in_vain_for": "DPD"}],
    ids=["a wait without an end", "in vain while it waits"],
)
def test_the_database_keeps_waits_honest(values: dict[str, object]) -> None:
    case = _waiting(staff_member())
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**values)


@pytest.mark.usefixtures("_thursday")
def test_days_are_counted_in_working_days() -> None:
    said = {days: working_days_until(THURSDAY + timedelta(days=days)) for days in (0, 1, 2, 4, -1, -6)}
    assert said == {
        0: "today",
        1: "in 1 working day",
        2: "in 1 working day",  # Saturday: the one working day before it is Friday
        4: "in 2 working days",
        -1: "1 working day ago",
        -6: "4 working days ago",
    }


def test_a_closed_case_is_not_closed_again() -> None:
    asker = reporter()
    case = answer_case(agent(), opened(asker).reference, "Done.")
    close_case(asker, case.reference)
    time.close_answered_case(time.CLOCK, case.reference)
    assert "casework.closed_by_itself" not in _types(case)


def test_the_open_cases_of_somebody_who_has_left_go_back_to_their_queues() -> None:
    leaver, stays = staff_member(), staff_member()
    cases = [opened(), opened(), opened()]
    for case, owner in zip(cases, (leaver, leaver, stays), strict=True):
        take_case(agent(user_id=owner.user_id), case.reference)
    wait_for(agent(user_id=leaver.user_id), cases[1].reference, "DPD")
    watch_clock()
    assert set(Case.objects.values_list("owner_id", flat=True)) == {leaver.user_id, stays.user_id}
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(pk=leaver.pk).update(starts_on=yesterday, ends_on=yesterday)
    for _ in range(2):
        watch_clock()
    now = [(case.state, case.owner_id) for case in Case.objects.order_by("id")]
    assert now == [("received", None), ("waiting", None), ("in_progress", stays.user_id)]
    assert _types(cases[0]).count("casework.owner_left") == 1
    assert _types(cases[2]).count("casework.owner_left") == 0


def test_where_nobody_at_all_works_on_cases_they_stay_with_their_owners() -> None:
    case = take_case(agent(), opened().reference)
    watch_clock()
    case.refresh_from_db()
    assert case.owner_id == agent().user_id
