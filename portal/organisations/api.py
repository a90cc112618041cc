"""The door to the directory for other apps. Foreign keys may also name ``models.Organisation``."""

from portal.organisations.kinds import CONTRACTOR_TYPES, KINDS, STATUSES
from portal.organisations.models import Organisation
from portal.organisations.selectors import delivery_address, organisation_with_code
from portal.organisations.services.register_operator import RegisterOperator, register_operator

__all__ = [
    "CONTRACTOR_TYPES",
    "KINDS",
    "STATUSES",
    "Organisation",
    "RegisterOperator",
    "delivery_address",
    "organisation_with_code",
    "register_operator",
]
