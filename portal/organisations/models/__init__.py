"""The directory's tables."""

from portal.organisations.models.commissioner_period import CommissionerPeriod
from portal.organisations.models.identifier import OrganisationIdentifier
from portal.organisations.models.import_run import ImportRun
from portal.organisations.models.organisation import Organisation
from portal.organisations.models.version import OrganisationVersion

__all__ = ["CommissionerPeriod", "ImportRun", "Organisation", "OrganisationIdentifier", "OrganisationVersion"]
