"""Service notices: who puts them up, who reads them, when they end."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from portal.foundation.access import system_actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import InvalidInput, NotFound, Refused
from portal.home.models import NoticeAudience, ServiceNotice
from portal.home.notices import NoticeBoard
from portal.home.permissions import EDIT_NOTICES
from portal.home.services.add_notice import AddNotice, add_notice
from portal.home.services.end_notice import end_notice
from portal.organisations.models import Organisation
from portal.organisations.tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
EDITOR = system_actor("test", EDIT_NOTICES)
SignIn = Callable[..., Client]


def _add(audience: NoticeAudience = NoticeAudience.EVERYBODY, **times: datetime) -> ServiceNotice:
    return add_notice(EDITOR, AddNotice(title="No deliveries", text="On 26 December.", audience=audience, **times))


@pytest.fixture
def manager(sign_in: SignIn) -> Client:
    operator = Organisation.objects.filter(code="X4S4L").first() or OrganisationFactory(
        code="X4S4L", kind="operator", contractor_type="", name="The operator"
    )
    return sign_in(organisation=operator, roles=["service_manager"])


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        (NoticeAudience.EVERYBODY, {"public", "contractor", "staff"}),
        (NoticeAudience.CONTRACTORS, {"contractor"}),
        (NoticeAudience.STAFF, {"staff"}),
    ],
)
def test_each_audience_reads_its_own(audience: NoticeAudience, readers: set[str]) -> None:
    _add(audience)
    board = NoticeBoard()
    assert {each for each in ("public", "contractor", "staff", "other") if board.shown_to(each)} == readers


def test_a_notice_is_shown_from_its_start_until_its_end() -> None:
    start = timezone.now() + timedelta(hours=1)
    _add(starts_at=start, ends_at=start + timedelta(hours=2))
    board = NoticeBoard()
    shown = [hours for hours in range(5) if board.shown_to("public", start + timedelta(hours=hours - 1))]
    assert shown == [1, 2]


def test_an_ended_notice_is_gone_and_recorded() -> None:
    notice = _add()
    end_notice(EDITOR, notice.reference)
    assert NoticeBoard().shown_to("public") == []
    types = list(AuditEvent.objects.about("servicenotice", notice.reference).values_list("type", flat=True))  # type: ignore[attr-defined]
    assert types == ["home.notice_added", "home.notice_ended"]


def test_ending_twice_records_once() -> None:
    notice = _add()
    end_notice(EDITOR, notice.reference)
    end_notice(EDITOR, notice.reference)
    assert AuditEvent.objects.filter(type="home.notice_ended").count() == 1


def test_a_coming_notice_can_be_ended_before_anybody_reads_it() -> None:
    notice = end_notice(EDITOR, _add(starts_at=timezone.now() + timedelta(days=1)).reference)
    assert notice.ends_at is not None
    assert NoticeBoard().shown_to("public", timezone.now() + timedelta(days=2)) == []


def test_a_notice_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(InvalidInput), transaction.atomic():
        _add(ends_at=datetime(2020, 1, 1, tzinfo=UTC))
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceNotice.objects.create(
            reference="x", title="x", text="x", starts_at=timezone.now(), ends_at=datetime(2020, 1, 1, tzinfo=UTC)
        )


def test_only_who_may_can_put_up_or_end_a_notice() -> None:
    notice = _add()
    stranger = system_actor("stranger")
    with pytest.raises(Refused):
        add_notice(stranger, AddNotice(title="x", text="x", audience=NoticeAudience.STAFF))
    with pytest.raises(Refused):
        end_notice(stranger, notice.reference)


def test_a_notice_that_does_not_exist_cannot_be_ended() -> None:
    with pytest.raises(NotFound):
        end_notice(EDITOR, "SN-NONE")


def test_the_board_forgets_when_told() -> None:
    board = NoticeBoard()
    assert board.shown_to("public") == []
    _add()
    assert board.shown_to("public") == []
    board.forget()
    assert len(board.shown_to("public")) == 1


def test_nobody_waits_for_somebody_elses_look_at_the_board() -> None:
    _add()
    board = NoticeBoard(keep_seconds=0)
    assert len(board.shown_to("public")) == 1
    end_notice(EDITOR, ServiceNotice.objects.get().reference)
    with board._lock:
        assert board._fresh()[0].title == "No deliveries"
    assert board.shown_to("public") == []


def test_staff_put_a_notice_up_everybody_reads_it_and_staff_end_it(manager: Client) -> None:
    sent = {"title": "Van <b>late</b>", "text": "One day later.", "audience": "everybody"}
    assert manager.post("/staff/notices/add/", sent)["Location"] == "/staff/notices/?done=added"
    notice = ServiceNotice.objects.get()
    assert "Van &lt;b&gt;late&lt;/b&gt;" in Client().get("/").content.decode()
    assert "The notice is up" in manager.get("/staff/notices/?done=added").content.decode()
    address = f"/staff/notices/{notice.reference}/end/"
    assert "End this service notice?" in manager.get(address).content.decode()
    assert manager.post(address).status_code == 302
    assert "Van" not in Client().get("/").content.decode()
    assert "Ended" in manager.get("/staff/notices/").content.decode()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Enter title."),
        ({"title": "x" * 101, "text": "x", "audience": "everybody"}, "Title must be 100 characters or fewer."),
        ({"title": "x", "text": "x", "audience": "nobody"}, "Choose one of the answers listed."),
        ({"title": "x", "text": "x", "audience": "staff", "ends_on_day": "1"}, "must include a month and a year"),
        (
            {"title": "x", "text": "x", "audience": "staff"}
            | {"ends_on_day": "1", "ends_on_month": "1", "ends_on_year": "2020"},
            "must not be before the first",
        ),
        (
            {"title": "x\x00", "text": "x", "audience": "staff"}
            | {"ends_on_day": "31", "ends_on_month": "12", "ends_on_year": "9999"},
            "must not contain hidden characters",
        ),
    ],
)
def test_a_faulty_notice_comes_back_with_what_to_do(manager: Client, sent: dict[str, str], sentence: str) -> None:
    response = manager.post("/staff/notices/add/", {"submission": str(uuid.uuid4()), **sent})
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert "<title>Error: " in page
    assert not ServiceNotice.objects.exists()


def test_the_last_day_counts_whole(manager: Client) -> None:
    days = {f"{name}_{part}": value for name in ("starts_on", "ends_on") for part, value in
            {"day": "26", "month": "12", "year": "2030"}.items()}  # fmt: skip
    manager.post("/staff/notices/add/", {"title": "x", "text": "x", "audience": "staff", **days})
    notice = ServiceNotice.objects.get()
    assert notice.ends_at is not None
    assert notice.ends_at - notice.starts_at == timedelta(days=1)
