"""What an organisation can be: ONE table. A kind comes from the file and the role, never from the code's first letter.

``setting`` is the number that column 26 of the classic prescribing file holds; ``roles`` are the ODS
roles that mean the same (FINDINGS 3.2). Codes are stored and never change their meaning.
"""

from __future__ import annotations

from dataclasses import dataclass

CONTRACTOR_TYPES = {"gp": "GP", "dental": "Dental", "ophthalmic": "Ophthalmic", "pharmacy": "Pharmacy"}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One row: ``contractor_type`` is '' for everything that is not a contractor."""

    code: str
    label: str
    contractor_type: str = ""
    may_order: bool = False
    setting: str = ""
    roles: tuple[str, ...] = ()


# The order matters where an organisation has several roles (``RO76|RO268``): the first kind wins.
_TABLE = (
    Kind(code="gp_practice", label="GP practice", contractor_type="gp", may_order=True, setting="4", roles=("RO76",)),
    Kind(code="gp_branch", label="GP branch", contractor_type="gp", may_order=True, roles=("RO96",)),
    Kind(code="dental_practice", label="Dental practice", contractor_type="dental", may_order=True, roles=("RO110",)),
    Kind(code="optical_site", label="Optical site", contractor_type="ophthalmic", may_order=True, roles=("RO167",)),
    Kind(code="pharmacy", label="Pharmacy", contractor_type="pharmacy", may_order=True, roles=("RO182",)),
    Kind(
        code="appliance_contractor",
        label="Appliance contractor",
        contractor_type="pharmacy",
        may_order=True,
        roles=("RO94",),
    ),
    Kind(code="oxygen_supplier", label="Oxygen supplier", contractor_type="pharmacy"),
    Kind(code="pharmacy_owner", label="Pharmacy owner", roles=("RO181",)),
    Kind(code="optical_owner", label="Optical head office", roles=("RO166",)),
    Kind(code="walk_in_centre", label="Walk-in centre", setting="1", roles=("RO87",)),
    Kind(code="out_of_hours", label="Out-of-hours service", setting="2", roles=("RO80",)),
    Kind(code="walk_in_and_out_of_hours", label="Walk-in centre and out-of-hours service", setting="3"),
    Kind(code="public_health_service", label="Public health service", setting="8", roles=("RO255",)),
    Kind(code="community_health_service", label="Community health service", setting="9", roles=("RO247",)),
    Kind(code="hospital_service", label="Hospital service", setting="10", roles=("RO250",)),
    Kind(code="optometry_service", label="Optometry service", setting="11", roles=("RO252",)),
    Kind(code="urgent_care", label="Urgent and emergency care", setting="12", roles=("RO259",)),
    Kind(code="hospice", label="Hospice", setting="13", roles=("RO249",)),
    Kind(code="care_home", label="Care home or nursing home", setting="14", roles=("RO246",)),
    Kind(code="border_force", label="Border force", setting="15"),
    Kind(code="young_offender_institution", label="Young offender institution", setting="16", roles=("RO260",)),
    Kind(code="secure_training_centre", label="Secure training centre", setting="17", roles=("RO257",)),
    Kind(code="secure_childrens_home", label="Secure children's home", setting="18", roles=("RO256",)),
    Kind(code="immigration_removal_centre", label="Immigration removal centre", setting="19", roles=("RO251",)),
    Kind(code="court", label="Court", setting="20", roles=("RO248",)),
    Kind(code="police_custody", label="Police custody", setting="21"),
    Kind(code="sexual_assault_referral_centre", label="Sexual assault referral centre", setting="22", roles=("RO258",)),
    Kind(code="justice_estate", label="Other place of the justice estate", setting="24"),
    Kind(code="prison", label="Prison", setting="25", roles=("RO82",)),
    Kind(code="primary_care_network", label="Primary care network", setting="26", roles=("RO321", "RO272")),
    Kind(code="prescribing_pharmacy", label="Pharmacy with a prescribing code", setting="27", roles=("RO323",)),
    Kind(code="other_prescriber", label="Other prescribing service", setting="0", roles=("RO72", "RO177")),
    Kind(code="commissioner", label="Commissioner", roles=("RO98", "RO318", "RO319", "RO261", "RO142", "RO144")),
    Kind(code="operator", label="Operator"),
)

KINDS: dict[str, Kind] = {kind.code: kind for kind in _TABLE}
KIND_OF_SETTING: dict[str, Kind] = {kind.setting: kind for kind in _TABLE if kind.setting}
# Roles in order of precedence.
KIND_OF_ROLE: dict[str, Kind] = {role: kind for kind in _TABLE for role in kind.roles}
# A setting or role that was invented after this table: kept, and allowed nothing.
UNKNOWN_PRESCRIBER = KINDS["other_prescriber"]

STATUSES = {"active": "Active", "dormant": "Dormant", "closed": "Closed", "proposed": "Proposed"}
