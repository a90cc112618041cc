"""The same form twice at once does its work once (R3)."""

from __future__ import annotations

import uuid

import pytest
from django.db import transaction

from portal.foundation.web.models import Submission
from portal.foundation.workdays.models import Holiday
from tests.races.meeting import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def _submit(token: uuid.UUID, meeting: Meeting) -> str:
    with transaction.atomic():
        if earlier := Submission.begin(token, user_id=1, path="/x/"):
            return f"again {earlier}"
        meeting.wait()
        Holiday.objects.create(day=f"2040-01-{Holiday.objects.count() + 1:02}", name="A day off")
        Submission.finish(token, "/done/")
        return "first"


def test_the_second_arrival_waits_and_goes_where_the_first_went() -> None:
    Holiday.objects.all().delete()
    token, meeting = uuid.uuid4(), Meeting()
    results = at_once(lambda: _submit(token, meeting), lambda: _submit(token, meeting))
    assert sorted(results) == ["again /done/", "first"]
    assert Holiday.objects.count() == 1


def test_without_the_claim_the_work_is_done_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    Holiday.objects.all().delete()
    monkeypatch.setattr(Submission, "begin", lambda *args, **kwargs: "")
    days = iter(["2041-01-01", "2041-01-02"])
    meeting = Meeting()

    def submit() -> None:
        with transaction.atomic():
            assert not Submission.begin(uuid.uuid4(), user_id=1, path="/x/")
            meeting.wait()
            Holiday.objects.create(day=next(days), name="A day off")

    at_once(submit, submit)
    assert Holiday.objects.count() == 2


def test_a_submission_that_failed_may_be_sent_again() -> None:
    token = uuid.uuid4()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Submission.begin(token, user_id=1, path="/x/")
        _ = 1 / 0
    with transaction.atomic():
        assert Submission.begin(token, user_id=1, path="/x/") == ""


def test_somebody_elses_token_leads_nowhere_of_theirs() -> None:
    token = uuid.uuid4()
    with transaction.atomic():
        Submission.begin(token, user_id=1, path="/o/A/secret/")
        Submission.finish(token, "/o/A/secret/1/")
    with transaction.atomic():
        assert Submission.begin(token, user_id=2, path="/o/B/") == "/o/B/"
