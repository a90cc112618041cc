"""The door to the directory for other apps. Foreign keys may also name ``models.Organisation``."""

from portal.organisations.kinds import CONTRACTOR_TYPES, KINDS, STATUSES
from portal.organisations.models import Organisation
from portal.organisations.ods_import.outcome import Difference
from portal.organisations.permissions import IMPORT_DIRECTORY
from portal.organisations.selectors import (
    MOST_SITES,
    area_of,
    delivery_address,
    earlier_telephones,
    names_of,
    new_branches_of,
    organisation_with_code,
    sites_like,
)
from portal.organisations.services.keep_directory import AddSite, add_site, change_address, close_site
from portal.organisations.services.register_operator import RegisterOperator, register_operator

__all__ = [
    "CONTRACTOR_TYPES",
    "IMPORT_DIRECTORY",
    "KINDS",
    "MOST_SITES",
    "STATUSES",
    "AddSite",
    "Difference",
    "Organisation",
    "RegisterOperator",
    "add_site",
    "area_of",
    "change_address",
    "close_site",
    "delivery_address",
    "earlier_telephones",
    "names_of",
    "new_branches_of",
    "organisation_with_code",
    "register_operator",
    "sites_like",
]
