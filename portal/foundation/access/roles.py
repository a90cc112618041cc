"""The role table: what each role allows, where it may be held, who may grant it (mission, Roles).

Codes are stored on memberships and never change their meaning. A role is its own copy of nothing:
to give somebody more, give another role.
"""

from __future__ import annotations

from dataclasses import dataclass, field

ALL_CONTRACTORS = frozenset({"gp", "dental", "ophthalmic", "pharmacy"})
GP_ONLY = frozenset({"gp"})
OPERATOR = frozenset({"operator"})
COMMISSIONER = frozenset({"commissioner"})


@dataclass(frozen=True, kw_only=True)
class Role:
    """One row of the table.

    ``held_at`` names contractor types, ``operator`` or ``commissioner``; ``granted_by`` names role codes;
    ``allows`` are permission codes (a test checks that each exists and is used).
    """

    code: str
    label: str
    description: str
    held_at: frozenset[str]
    allows: frozenset[str]
    granted_by: frozenset[str] = field(default_factory=frozenset)


_READ = frozenset(
    {
        "access.own_account",
        "home.view_home",
        "home.view_levels",
        "home.download_rows",
        "supplies.view_orders",
        "casework.view_own_cases",
        "casework.ask",
        "casework.request_change",
    }
)
_ORDER = _READ | {
    "supplies.place_order",
    "supplies.cancel_order",
    "supplies.confirm_receipt",
    "supplies.report_problem",
    "casework.report",
}
_FORMS = frozenset({"serials.view_own", "serials.keep", "serials.report"})
_RECORDS = frozenset(
    {"records.view", "records.move", "closures.count", "temporary_residents.view", "temporary_residents.handle"}
)
_MANAGE = frozenset({"accounts.view_users", "accounts.manage_users"})
_STAFF_READ = frozenset(
    {
        "access.own_account",
        "home.view_home",
        "home.view_levels",
        "organisations.view_directory",
        "supplies.view_queue",
        "supplies.view_stock",
        "serials.view_register",
    }
)

_TABLE = (
    Role(
        code="main_contact",
        label="Main Contact",
        description="Every service of the organisation, and its users. Exactly one person.",
        held_at=ALL_CONTRACTORS,
        allows=_ORDER
        | _MANAGE
        | _FORMS
        | _RECORDS
        | {
            "supplies.order_secure_items",
            "supplies.approve_order",
            "casework.change_organisation",
            "serials.keep_prescribers",
            "records.watch_looks",
        },
        granted_by=frozenset({"data_manager"}),
    ),
    Role(
        code="deputy",
        label="Deputy",
        description="Stands in for the Main Contact in managing users.",
        held_at=ALL_CONTRACTORS,
        allows=_READ | _MANAGE,
        granted_by=frozenset({"main_contact"}),
    ),
    Role(
        code="supplies_order_clerk",
        label="Supplies Order Clerk",
        description="Orders supplies and follows them to the door.",
        held_at=ALL_CONTRACTORS,
        allows=_ORDER | {"serials.view_own", "serials.report"},
        granted_by=frozenset({"main_contact", "deputy"}),
    ),
    Role(
        code="secure_stationery_orderer",
        label="Secure Stationery Orderer",
        description="May also order numbered forms, such as prescription pads.",
        held_at=ALL_CONTRACTORS,
        allows=_ORDER | _FORMS | {"supplies.order_secure_items"},
        granted_by=frozenset({"main_contact"}),
    ),
    Role(
        code="records_movement_clerk",
        label="Records Movement Clerk",
        description="Sends, receives and asks for patients' paper records.",
        held_at=GP_ONLY,
        allows=_READ | _RECORDS,
        granted_by=frozenset({"main_contact", "deputy"}),
    ),
    Role(
        code="order_approver",
        label="Order Approver",
        description="Approves or rejects orders that a colleague placed.",
        held_at=ALL_CONTRACTORS,
        allows=_READ | {"supplies.approve_order"},
        granted_by=frozenset({"main_contact", "deputy"}),
    ),
    Role(
        code="read_only",
        label="Read Only",
        description="Sees orders and deliveries, and at a practice records; changes nothing.",
        held_at=ALL_CONTRACTORS,
        allows=_READ | {"records.view", "temporary_residents.view"},
        granted_by=frozenset({"main_contact", "deputy"}),
    ),
    Role(
        code="support_agent",
        label="Support Agent",
        description="Answers contractors: sees orders, stock and cases.",
        held_at=OPERATOR,
        allows=_STAFF_READ
        | {"casework.view_cases", "casework.work_cases", "supplies.record_delivery", "supplies.settle_faults"},
        granted_by=frozenset({"service_manager"}),
    ),
    Role(
        code="data_manager",
        label="Data Manager",
        description="Keeps the directory and each organisation's ordering rules.",
        held_at=OPERATOR,
        allows=_STAFF_READ
        | {
            "organisations.import_directory",
            "registrations.import",
            "registrations.settle",
            "registrations.join_patients",
            "records.start_movements",
            "registrations.view_imports",
            "accounts.grant_membership",
            "supplies.edit_account",
            "serials.edit_contacts",
            "casework.view_cases",
            "casework.work_cases",
            "casework.verify_change",
            "casework.freeze_change",
            "casework.apply_change",
        },
        granted_by=frozenset({"service_manager"}),
    ),
    Role(
        code="approver",
        label="Approver",
        description="Approves changes to organisations, orders of one-person sites, and that two patients are one.",
        held_at=OPERATOR,
        allows=_STAFF_READ
        | {
            "supplies.decide_for_site",
            "supplies.decide_count",
            "serials.agree_format",
            "serials.settle",
            "serials.release_orders",
            "registrations.join_patients",
            "registrations.view_imports",
            "casework.view_cases",
            "casework.approve_change",
            "casework.freeze_change",
            "casework.apply_change",
        },
        granted_by=frozenset({"service_manager"}),
    ),
    Role(
        code="stock_controller",
        label="Stock Controller",
        description="Keeps the catalogue and the stock of every store.",
        held_at=OPERATOR,
        allows=_STAFF_READ
        | {
            "supplies.edit_catalogue",
            "supplies.receive_stock",
            "supplies.count_stock",
            "supplies.decide_count",
            "supplies.adjust_stock",
            "supplies.substitute",
            "serials.receive",
            "serials.ask_format",
            "serials.agree_format",
        },
        granted_by=frozenset({"service_manager"}),
    ),
    Role(
        code="warehouse_operator",
        label="Warehouse Operator",
        description="Picks, packs, hands over to the carrier and records deliveries.",
        held_at=OPERATOR,
        allows=_STAFF_READ
        | {
            "supplies.pick",
            "supplies.hand_over",
            "supplies.record_delivery",
            "supplies.hold_order",
            "supplies.settle_faults",
            "supplies.substitute",
            "serials.allocate",
        },
        granted_by=frozenset({"service_manager"}),
    ),
    Role(
        code="records_operator",
        label="Records Operator",
        description="Scans, sorts, stores and looks for paper records.",
        held_at=OPERATOR,
        allows=_STAFF_READ
        | {
            "records.view_all",
            "records.scan",
            "records.work",
            "closures.count",
            "machines.keep_scanners",
            "temporary_residents.route",
        },
        granted_by=frozenset({"service_manager"}),
    ),
    Role(
        code="auditor",
        label="Auditor",
        description="Reads everything the staff reads; changes nothing.",
        held_at=OPERATOR,
        allows=_STAFF_READ
        | {
            "casework.view_cases",
            "registrations.view_imports",
            "records.view_all",
            "accounts.watch_attempts",
            "home.download_rows",
        },
        granted_by=frozenset({"service_manager"}),
    ),
    Role(
        code="service_manager",
        label="Service Manager",
        description="Runs the service and appoints its staff.",
        held_at=OPERATOR,
        allows=_STAFF_READ
        | {
            "casework.view_cases",
            "accounts.grant_membership",
            "accounts.check_record",
            "accounts.watch_attempts",
            "home.edit_notices",
            "home.download_rows",
            "files.scan",
            "machines.keep",
            "machines.keep_scanners",
        },
        granted_by=frozenset(),
    ),
    Role(
        code="commissioner_approver",
        label="Commissioner Approver",
        description="Decides closures, relocations and mergers of the commissioner's own organisations.",
        held_at=COMMISSIONER,
        allows=frozenset({"access.own_account", "casework.decide_change", "home.view_levels", "home.download_rows"}),
        granted_by=frozenset({"data_manager", "service_manager"}),
    ),
)

# What a thief of forms would want: not usable for a while after certain changes, nor without a review (trust 2.5).
GUARDED = frozenset({"supplies.order_secure_items"})

ROLES: dict[str, Role] = {role.code: role for role in _TABLE}


# Whoever tries one of these and is refused may be a thief at work: the Service Managers are told (trust 2.5).
WATCHED = GUARDED | {
    "access.own_account",  # invitations are answered with it
    "accounts.grant_membership",
    "accounts.manage_users",
    "casework.apply_change",
    "casework.approve_change",
    "casework.change_organisation",
    "casework.decide_change",
    "casework.freeze_change",
    "casework.request_change",
    "casework.verify_change",
    "registrations.join_patients",
    "serials.keep_prescribers",
    "serials.release_orders",
    "supplies.approve_order",
    "supplies.decide_for_site",
}

# Services that only some contractor types have, whatever role is held there.
ONLY_IN = {
    "records.view": GP_ONLY,
    "records.move": GP_ONLY,
    "records.watch_looks": GP_ONLY,
    "temporary_residents.view": GP_ONLY,
    "temporary_residents.handle": GP_ONLY,
    "closures.count": GP_ONLY | {""},
}


def permissions_of(role_codes: list[str], contractor_type: str | None = None) -> frozenset[str]:
    """All that the roles together allow, without what a site of ``contractor_type`` does not have.

    None stands for any type, '' for the operator and the commissioners. A code that is no longer in the table allows
    nothing.
    """
    allowed: frozenset[str] = frozenset().union(*(ROLES[code].allows for code in role_codes if code in ROLES))
    if contractor_type is None:
        return allowed
    return allowed - {code for code, types in ONLY_IN.items() if contractor_type not in types}


def may_grant(granter_roles: frozenset[str], role_code: str) -> bool:
    """Whether somebody who holds ``granter_roles`` may give and take this role, as the table says."""
    role = ROLES.get(role_code)
    return role is not None and bool(role.granted_by & granter_roles)


def role_codes_allowing(permission_code: str) -> list[str]:
    """The roles that grant a permission, for queries such as "who else could approve this?"."""
    return sorted(role.code for role in _TABLE if permission_code in role.allows)
