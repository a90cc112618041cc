"""What the database itself holds about the directory."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction

from portal.foundation.access import system_actor
from portal.foundation.audit.models import AuditEvent
from portal.organisations.api import RegisterOperator, delivery_address, organisation_with_code, register_operator
from portal.organisations.kinds import CONTRACTOR_TYPES, KIND_OF_ROLE, KIND_OF_SETTING, KINDS
from portal.organisations.models import Organisation, OrganisationVersion
from portal.organisations.permissions import IMPORT_DIRECTORY
from portal.organisations.tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def _version(organisation: Organisation, since: int, until: int) -> OrganisationVersion:
    return OrganisationVersion.objects.create(
        organisation=organisation, valid_from=date(since, 1, 1), valid_to=date(until, 1, 1),
        last_seen_on=date(since, 1, 1), name="THEN", kind="gp_practice", status="active",
    )  # fmt: skip


@pytest.mark.parametrize("code", ["", "a81001", "A81 001", "A81001 ", "A810010010012", "A81-01"])
def test_a_code_that_is_none_is_refused(code: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganisationFactory(code=code)


def test_a_code_is_given_once() -> None:
    OrganisationFactory(code="ZZ90001")
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganisationFactory(code="ZZ90001")


@pytest.mark.parametrize("wrong", [{"status": "gone"}, {"contractor_type": "vet"}])
def test_an_unknown_word_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganisationFactory(**wrong)


def test_no_organisation_can_be_deleted_not_even_by_raw_sql() -> None:
    OrganisationFactory(code="ZZ90001")
    for delete in (
        "delete from organisations_organisation",
        "delete from organisations_organisation where code = 'ZZ90001'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(delete)


def test_periods_of_one_organisation_never_overlap() -> None:
    organisation = OrganisationFactory()
    _version(organisation, 2019, 2021)
    _version(organisation, 2021, 2022)
    with pytest.raises(IntegrityError), transaction.atomic():
        _version(organisation, 2020, 2023)
        connection.check_constraints()


def test_a_period_ends_after_it_starts() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        _version(OrganisationFactory(), 2020, 2020)


def test_a_version_is_never_deleted() -> None:
    _version(OrganisationFactory(), 2019, 2020)
    with pytest.raises(DatabaseError), transaction.atomic():
        OrganisationVersion.objects.all()._raw_delete("default")


def test_every_kind_that_orders_has_a_contractor_type() -> None:
    assert {
        kind.code for kind in KINDS.values() if kind.may_order and kind.contractor_type not in CONTRACTOR_TYPES
    } == set()
    assert {kind.contractor_type for kind in KINDS.values()} - {""} == set(CONTRACTOR_TYPES)


def test_a_setting_and_its_role_mean_the_same_kind() -> None:
    pairs = {"4": "RO76", "0": "RO72", "1": "RO87", "2": "RO80", "25": "RO82", "26": "RO321", "27": "RO323"}
    assert {setting: KIND_OF_ROLE[role].code for setting, role in pairs.items()} == {
        setting: KIND_OF_SETTING[setting].code for setting in pairs
    }


def test_the_operator_is_registered_once() -> None:
    actor = system_actor("a test", IMPORT_DIRECTORY)
    first = register_operator(
        actor, RegisterOperator(name="THE OPERATOR", address_lines=("1 HIGH STREET",), postcode="ZZ1 1ZZ")
    )
    second = register_operator(actor, RegisterOperator(name="ANOTHER NAME"))

    assert first == second == organisation_with_code(settings.OPERATOR_CODE.lower())
    assert (second.name, second.accepts_orders) == ("THE OPERATOR", False)
    assert AuditEvent.objects.filter(type="organisations.operator_registered").count() == 1
    assert delivery_address(first) == ["THE OPERATOR", "1 HIGH STREET", "ZZ1 1ZZ"]
