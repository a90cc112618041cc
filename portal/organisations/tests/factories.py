"""Organisations for tests. Codes are fictional: ZZ... is in no real release."""

from __future__ import annotations

from typing import ClassVar

import factory
from django.conf import settings
from factory.django import DjangoModelFactory

from portal.organisations.kinds import KINDS
from portal.organisations.models import Organisation


class OrganisationFactory(DjangoModelFactory[Organisation]):
    """An active GP practice; give ``kind`` for another. ``contractor_type`` follows from it."""

    class Meta:
        model = Organisation

    code = factory.Sequence(lambda number: f"ZZ{number:05}")
    name = factory.Sequence(lambda number: f"TEST SURGERY {number}")
    kind = "gp_practice"
    contractor_type = factory.LazyAttribute(lambda made: KINDS[made.kind].contractor_type)
    status = "active"
    address_lines: ClassVar[list[str]] = ["1 TEST STREET", "TESTON"]
    postcode = "ZZ1 1ZZ"
    telephone = "01632 960001"


class OperatorFactory(OrganisationFactory):
    """The operator's own organisation."""

    class Meta:
        model = Organisation
        django_get_or_create = ("code",)

    code = settings.OPERATOR_CODE
    name = "THE OPERATOR"
    kind = "operator"
