"""Sample data: sites, people, holidays, and then what supplies and casework add. Can be run at every start."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import transaction

from portal.accounts.models import Membership, User
from portal.accounts.permissions import GRANT_MEMBERSHIP
from portal.accounts.services.grant_membership import GrantMembership, Person, grant_membership
from portal.demo.holidays import HOLIDAYS
from portal.demo.personas import PERSONAS, SITES, Persona, Site
from portal.demo.second_factor import give_second_factor
from portal.foundation.access import system_actor
from portal.foundation.access.row_security import system_scope
from portal.foundation.workdays.models import Holiday
from portal.organisations.kinds import KINDS
from portal.organisations.models import Organisation

OPERATOR = Site(
    code=settings.OPERATOR_CODE,
    name="Primary Care Support",
    kind="operator",
    address=("1 Depot Road", "Thornbury Vale"),
    postcode="ZZ99 9ZZ",
)
_FIRST_DAY = date(2026, 1, 5)


def load() -> None:
    """Makes whatever of the sample data is missing; changes nothing that is there."""
    with system_scope():
        with transaction.atomic():
            Holiday.objects.bulk_create(
                [Holiday(day=day, name=name) for day, name in HOLIDAYS.items()], ignore_conflicts=True
            )
            for site in (OPERATOR, *SITES):
                _add_site(site)
            for persona in PERSONAS:
                _add_persona(persona)
        from portal.demo import (
            closing_data,
            joining_data,
            levels_data,
            machines_data,
            people_data,
            records_data,
            records_store_data,
            secure_data,
            serials_data,
            supplies_data,
            temporary_data,
        )

        supplies_data.load()
        people_data.load()
        serials_data.load()
        records_data.load()
        records_store_data.load()
        joining_data.load()
        closing_data.load()
        machines_data.load()
        temporary_data.load()
        secure_data.load(supplies_data.actor_of)
        levels_data.load()


def _add_site(site: Site) -> None:
    Organisation.objects.get_or_create(
        code=site.code,
        defaults={
            "name": site.name,
            "kind": site.kind,
            "contractor_type": KINDS[site.kind].contractor_type,
            "status": "active",
            "address_lines": list(site.address),
            "postcode": site.postcode,
            "telephone": "01632 960000",
            "parent_code": site.parent_code,
            "commissioner_code": site.commissioner_code,
            "parent": Organisation.objects.filter(code=site.parent_code).first() if site.parent_code else None,
        },
    )


def _add_persona(persona: Persona) -> None:
    actor = system_actor("The demonstration", GRANT_MEMBERSHIP)
    for code in persona.sites:
        if Membership.objects.filter(user__email=persona.email, organisation__code=code).exists():
            continue
        grant_membership(
            actor,
            GrantMembership(
                person=Person(
                    email=persona.email,
                    title=persona.title,
                    forename=persona.forename,
                    surname=persona.surname,
                    telephone="01632 960000",
                ),
                organisation_code=code,
                roles=list(persona.roles),
                starts_on=_FIRST_DAY,
            ),
        )
    give_second_factor(User.objects.get(email=persona.email))
