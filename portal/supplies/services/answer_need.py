"""What a site says about what it will need: not now, not at all, or after all (issue 5)."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portal.foundation.access import Actor, nothing_changed, service
from portal.foundation.audit import record
from portal.foundation.errors import NotFound
from portal.supplies.events import NEED_DISMISSED, NEED_PUT_BACK, NEED_SNOOZED
from portal.supplies.models import CatalogueItem, NeedAnswer
from portal.supplies.needs.settings import need_settings
from portal.supplies.permissions import PLACE_ORDER


@service(PLACE_ORDER)
def snooze_need(actor: Actor, item_code: str) -> None:
    """Hides the item for some days from everybody who orders for the site. Raises NotFound."""
    until = timezone.localdate() + timedelta(days=need_settings().snooze_days)
    item = _item(actor, item_code)
    NeedAnswer.objects.update_or_create(
        organisation_id=actor.organisation_id,
        item=item,
        defaults={"quiet_until": until, "answered_by_name": actor.name, "answered_at": timezone.now()},
    )
    record(
        NEED_SNOOZED,
        actor=actor,
        subject=("need", item.code),
        organisation_id=actor.organisation_id,
        until=until.isoformat(),
    )


@service(PLACE_ORDER)
def dismiss_need(actor: Actor, item_code: str) -> None:
    """Hides the item until somebody at the site puts it back. Raises NotFound."""
    item = _item(actor, item_code)
    NeedAnswer.objects.update_or_create(
        organisation_id=actor.organisation_id,
        item=item,
        defaults={"quiet_until": None, "answered_by_name": actor.name, "answered_at": timezone.now()},
    )
    record(NEED_DISMISSED, actor=actor, subject=("need", item.code), organisation_id=actor.organisation_id)


@service(PLACE_ORDER)
def put_need_back(actor: Actor, item_code: str) -> None:
    """Shows the item again when it is needed. Raises NotFound."""
    item = _item(actor, item_code)
    if not NeedAnswer.objects.visible_to(actor).filter(item=item).delete()[0]:  # type: ignore[attr-defined]
        nothing_changed()
        return
    record(NEED_PUT_BACK, actor=actor, subject=("need", item.code), organisation_id=actor.organisation_id)


def _item(actor: Actor, code: str) -> CatalogueItem:
    found: CatalogueItem | None = CatalogueItem.objects.visible_to(actor).filter(code=code).first()  # type: ignore[attr-defined]
    if found is None:
        raise NotFound
    return found
