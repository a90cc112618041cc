"""Changing how an organisation orders (J5)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.foundation.errors import InvalidInput, NotFound
from portal.organisations.models import Organisation
from portal.supplies.events import ACCOUNT_CHANGED
from portal.supplies.models import SuppliesAccount
from portal.supplies.permissions import EDIT_ACCOUNT

LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True)
class ChangeAccount:
    """The command: the organisation's code, the rule, and why."""

    code: str
    approval_required: bool
    reason: str


@service(EDIT_ACCOUNT)
def change_account(actor: Actor, command: ChangeAccount) -> SuppliesAccount:
    """Says whether every order of the organisation needs somebody else's approval. Orders already placed stay.

    Raises NotFound for an unknown code or one that cannot order, InvalidInput without a reason.
    """
    reason = command.reason.strip()
    if not reason:
        raise InvalidInput({"reason": "Say who asked for this, or why. It stays in the record."})
    if len(reason) > LONGEST_REASON:
        raise InvalidInput({"reason": f"Use {LONGEST_REASON} characters or fewer. You used {len(reason)}."})
    organisation = Organisation.objects.visible_to(actor).filter(code=command.code).first()
    if organisation is None or not organisation.kind_row.may_order:
        raise NotFound
    SuppliesAccount.objects.bulk_create([SuppliesAccount(organisation=organisation)], ignore_conflicts=True)
    account = SuppliesAccount.objects.select_for_update().get(organisation=organisation)
    if account.approval_required == command.approval_required:
        nothing_changed()
        return account
    account.approval_required = command.approval_required
    account.updated_at = timezone.now()
    account.save(update_fields=["approval_required", "updated_at"])
    record(
        ACCOUNT_CHANGED,
        actor=actor,
        subject=("suppliesaccount", organisation.code),
        organisation_id=organisation.id,
        approval_required=command.approval_required,
        reason=reason,
    )
    return account
