"""What belongs to somebody else cannot be named in the body of a request either (P1, R1; trust 2.4).

Every form that a member can open is read from its page, and sent again and again: with each identifier in it changed
to the victim's, with each field set to the victim's identifiers, and with fields added that no form has. Afterwards no
row that was the victim's has changed, no new one is theirs, and nothing of theirs is on the page.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from types import SimpleNamespace
from typing import Any

import html5lib
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from portal.accounts.tests.sign_in import sign_in
from portal.casework import requester
from portal.casework.enquiry_types import enquiries
from portal.casework.journeys.table import JOURNEYS
from portal.casework.services.keep_draft import start_draft_by_email
from portal.casework.services.keep_enquiry import start_enquiry_by_email
from portal.foundation.access.row_security import set_scope, system_scope
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.generated_docs import portal_addresses
from portal.organisations.models import Organisation
from portal.supplies.models import CatalogueItem, FavouriteList, Order
from portal.supplies.querysets import TenantQuerySet
from tests.meta.world import SENTINEL, World, build_world, close_file

pytestmark = pytest.mark.django_db

# What no form has, and a careless service might read.
_ADDED = (
    "order", "consignment", "favourite", "case", "draft", "organisation", "organisation_id", "organisation_code",
    "code", "site", "user", "user_id", "membership", "reference",
)  # fmt: skip
# Rows of these tables are everybody's: what a member does may rightly change them.
_SHARED = {"django_session", "portal_cache", "worker_taskrun"}
# Sign-in pages of other software, which has its own tests; one of them would end the session.
NOT_OURS = "/account/"
_FILLER = {"email": "somebody@example.org", "tel": "01632 960 002", "number": "1", "date": "2026-12-01"}


@dataclass(frozen=True)
class Form:
    """One form of a page: where it is sent, and its fields with what a browser would send."""

    action: str
    fields: dict[str, str]


def forms_on(page: str, address: str) -> list[Form]:
    """The forms of a page that are sent by POST."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    found = []
    for form in tree.iter("form"):
        action = form.get("action") or address
        if form.get("method", "get").lower() == "post" and not action.startswith(NOT_OURS):
            found.append(Form(action, dict(_fields(form))))
    return found


def _fields(form: Any) -> Iterator[tuple[str, str]]:
    for each in form.iter():
        if each.tag not in ("input", "textarea", "select", "button"):
            continue
        name, kind = each.get("name"), each.get("type", "text")
        if not name or name == "csrfmiddlewaretoken" or kind in ("file", "image"):
            continue
        if each.tag == "select":
            options = [option.get("value", "") for option in each.iter("option")]
            yield name, next((option for option in options if option), "")
        elif each.tag == "textarea":
            yield name, (each.text or "").strip() or "Some words."
        else:
            yield name, each.get("value") or _FILLER.get(kind, "Some words")


def identifiers(world: World) -> dict[str, str]:
    """Everything that names something of a world, by what it names."""
    return {
        "organisation": world.organisation.code,
        "order": world.order.reference,
        "consignment": world.consignment.reference,
        "favourite": world.favourite.reference,
        "standing": world.standing.reference,
        "case": world.case.reference,
        "draft": world.draft.reference,
        "colleague": world.colleague.reference,
        "invitation": world.invitation.reference,
        "enquiry": world.enquiry.reference,
        "change": world.change.case.reference,
        "missing": world.missing.reference,
        "movement": world.movement.reference,
        "temporary": world.temporary.reference,
        "bag": world.bag.reference,
        "person": world.colleague.user.email,
        "organisation_id": str(world.organisation.id),
        "user_id": str(world.user.id),
        "store": world.level.store.code,
    }


def bodies(form: Form, own: dict[str, str], theirs: dict[str, str]) -> Iterator[dict[str, str]]:
    """The form as it is with fields added, and with each field that can name something naming the victim's."""
    yield form.fields | {name: theirs.get(name.removesuffix("_code"), theirs["order"]) for name in _ADDED}
    for name, value in form.fields.items():
        same_kind = [theirs[what] for what, identifier in own.items() if identifier and identifier in value]
        for smuggled in same_kind or [theirs["organisation"], theirs["order"], theirs["colleague"]]:
            yield form.fields | {name: smuggled}


def fingerprint(victim: Organisation, newest: dict[str, int]) -> dict[str, str]:
    """One digest a table: of every row that was there before the attacker came, and of any new one of the victim's."""
    parts, values = [], []
    for table, has_organisation in _tables().items():
        new = " or organisation_id = %s" if has_organisation else ""
        parts.append(
            f"select '{table}', coalesce(md5(string_agg(t::text, ',' order by id)), '') from \"{table}\" t"
            f" where id <= %s{new}"
        )
        values += [newest.get(table, 0), *([victim.id] if has_organisation else [])]
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(parts), values)
        return dict(cursor.fetchall())


def newest_ids() -> dict[str, int]:
    """The highest id of each table."""
    with connection.cursor() as cursor:
        cursor.execute(
            " union all ".join(f"select '{each}', coalesce(max(id), 0) from \"{each}\"" for each in _tables())
        )
        return dict(cursor.fetchall())


@cache
def _tables() -> dict[str, bool]:
    """Tables with whole-numbered ids, and whether a row says whose it is. Asked once: it is slow, and stays true."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.table_name, bool_or(c.column_name = 'organisation_id') from information_schema.columns c"
            " join information_schema.tables t on t.table_name = c.table_name and t.table_type = 'BASE TABLE'"
            " where c.table_schema = 'public' and t.table_schema = 'public' group by c.table_name"
            " having bool_or(c.column_name = 'id' and c.data_type in ('bigint', 'integer')) order by 1"
        )
        return {name: whose for name, whose in cursor.fetchall() if name not in _SHARED}


@dataclass
class Sweep:
    """Two sites with something of everything; the second's Main Contact attacks the first."""

    victim: World
    attacker: World
    client: Client
    newest: dict[str, int]
    before: dict[str, str]
    sent: int = 0


@pytest.fixture
def sweep(services_in_savepoints: None) -> Sweep:
    victim = build_world()
    # The names of sites and of catalogue items are everybody's; what is private keeps the sentinel.
    Organisation.objects.filter(id=victim.organisation.id).update(name="VICTIM SURGERY")
    CatalogueItem.objects.filter(name__contains=SENTINEL).update(name="A form")
    newest = newest_ids()
    attacker = build_world("ATTACKER")
    client = Client()
    sign_in(client, attacker.user)
    set_scope("system")
    return Sweep(victim, attacker, client, newest, fingerprint(victim.organisation, newest))


def reached(sweep: Sweep, route: str) -> list[str]:
    """What the attacker reached through the forms of one page: a sentence for each, none when all is well."""
    found = []
    address = sweep.attacker.address(route)
    own, theirs = identifiers(sweep.attacker), identifiers(sweep.victim)
    page = _send(sweep.client.get, address)
    if page is None:
        return []
    for form in forms_on(page[1], address):
        for body in bodies(form, own, theirs):
            found += _harm(sweep, route, form.action, body)
    return found


def _harm(sweep: Sweep, route: str, action: str, body: dict[str, str]) -> list[str]:
    sweep.sent += 1
    found = []
    with transaction.atomic():
        response = sweep.client.post(action, body)
        text = "" if response.streaming else unescape(response.content.decode(errors="replace"))
        if response.streaming:
            close_file(response)
        set_scope("system")
        after = fingerprint(sweep.victim.organisation, sweep.newest)
        transaction.set_rollback(True)
    set_scope("system")
    if response.status_code >= 500:
        found.append(f"{route}: {response.status_code} for {body}")
    if SENTINEL in text:
        found.append(f"{route}: shows what is the victim's for {body}")
    found += [f"{route}: {table} changed for {body}" for table in after if after[table] != sweep.before[table]]
    return found


def _send(method: Any, address: str) -> tuple[int, str] | None:
    with transaction.atomic():
        response = method(address)
        if response.streaming:
            close_file(response)
            return None
        text = response.content.decode(errors="replace")
        transaction.set_rollback(True)
    set_scope("system")
    return (response.status_code, text) if response.status_code == 200 else None


def _attack(sweep: Sweep, *audiences: str) -> list[str]:
    return [each for route, view in portal_addresses() if view.audience in audiences for each in reached(sweep, route)]


def test_no_form_of_a_member_reaches_what_is_another_sites(sweep: Sweep) -> None:
    assert _attack(sweep, "contractor", "member") == []
    assert sweep.sent > 200, "the sweep sends hardly anything: are the pages still read?"


@pytest.fixture
def with_links(sweep: Sweep) -> Sweep:
    """The attacker has no account, and followed the links to their own drafts and cases."""
    own = sweep.attacker
    things = [
        *(("draft", each) for each in _requester_drafts("attacker@example.org")),
        ("case", own.case.reference),
        ("case", own.change.case.reference),
        ("freeze", own.change.case.reference),
    ]
    sweep.client = Client()
    session = sweep.client.session
    session[requester._SESSION_KEY] = {
        f"{purpose}:{reference}": ["attacker@example.org", time.time() + 3600] for purpose, reference in things
    }
    session.save()
    sweep.client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    draft, enquiry = (reference for purpose, reference in things if purpose == "draft")
    own.draft, own.enquiry = SimpleNamespace(reference=draft), SimpleNamespace(reference=enquiry)
    sweep.before = fingerprint(sweep.victim.organisation, sweep.newest)
    return sweep


def _requester_drafts(email: str) -> list[str]:
    who = requester.requester(email)
    request = start_draft_by_email(who, JOURNEYS["new_site"])
    return [
        request.reference,
        start_enquiry_by_email(who, enquiries().types["portal_other"], {"q_question": "x"}).reference,
    ]


def test_no_form_behind_a_link_reaches_what_is_somebody_elses(with_links: Sweep) -> None:
    assert _attack(with_links, "requester") == []
    assert with_links.sent > 20


def test_a_link_opens_nothing_but_its_own(with_links: Sweep) -> None:
    opened, wrong = [], {}
    for route, view in portal_addresses():
        if view.audience != "requester":
            continue
        if _send(with_links.client.get, with_links.attacker.address(route)) is not None:
            opened.append(route)
        for method in (with_links.client.get, with_links.client.post):
            with transaction.atomic():
                response = method(with_links.victim.address(route))
            set_scope("system")
            if response.status_code not in (404, 405) or SENTINEL in response.content.decode():
                wrong[route] = response.status_code
    assert wrong == {}
    assert len(opened) >= 6, f"the links open hardly anything: {opened}"


def _takes_what_it_is_told(page: FormPage, request: Any, **kwargs: Any) -> HttpResponse:
    with system_scope():
        Organisation.objects.filter(code=request.POST.get("organisation", "")).update(telephone="07")
    return HttpResponse()


def _shows_what_it_is_told(page: FormPage, request: Any, **kwargs: Any) -> HttpResponse:
    with system_scope():
        named = FavouriteList.objects.filter(reference=request.POST.get("favourite", "")).values_list("name", flat=True)
        return HttpResponse(" ".join(named))


def _breaks_on_what_it_is_told(page: FormPage, request: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse(status=500 if "consignment" in request.POST else 200)


@pytest.mark.parametrize(
    ("careless", "sentence"),
    [
        (_takes_what_it_is_told, "organisations_organisation changed"),
        (_shows_what_it_is_told, "shows what is the victim's"),
        (_breaks_on_what_it_is_told, "500 for"),
    ],
)
def test_a_careless_page_is_found(sweep: Sweep, monkeypatch: pytest.MonkeyPatch, careless: Any, sentence: str) -> None:
    """Control off: with any of these planted in every form's page, the sweep says so."""
    monkeypatch.setattr(FormPage, "post", careless)
    assert any(sentence in each for each in reached(sweep, "o/<code>/forms/issue/"))


def test_a_form_whose_identifiers_are_believed_is_found(sweep: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control off: an order is asked for by a reference in the body, and neither wall asks whose it is."""
    monkeypatch.setattr(TenantQuerySet, "visible_to", lambda self, actor: self.all())

    def cancel(page: Any, request: Any, **kwargs: Any) -> HttpResponse:
        with system_scope():
            order = Order.objects.visible_to(page.actor).filter(reference=request.POST.get("order", "")).first()
            return HttpResponse(order.organisation.code if order else "", status=500 if order else 200)

    monkeypatch.setattr(FormPage, "post", cancel)
    assert reached(sweep, "o/<code>/forms/issue/") != []
