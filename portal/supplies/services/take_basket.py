"""Taking a basket: read and emptied in one statement, so that nothing put in meanwhile is lost unseen (R3)."""

from __future__ import annotations

from portal.foundation.access import Actor
from portal.supplies.models import BasketLine, CatalogueItem

_TAKE = """
with taken as (
    delete from supplies_basketline where user_id = %s and organisation_id = %s
    returning item_id, quantity, reason
)
select item.*, taken.quantity as chosen_quantity, taken.reason as chosen_reason
from taken join supplies_catalogueitem item on item.id = taken.item_id
order by item.category, item.name, item.id
"""


def take_basket(actor: Actor) -> list[BasketLine]:
    """The lines of the actor's basket at the actor's site, which is empty afterwards; one query.

    A caller that then raises puts everything back, because its transaction is undone.
    """
    return [
        BasketLine(
            user_id=actor.user_id,
            organisation_id=actor.organisation_id,
            item=item,
            quantity=item.chosen_quantity,  # type: ignore[attr-defined]
            reason=item.chosen_reason,  # type: ignore[attr-defined]
        )
        for item in CatalogueItem.objects.raw(_TAKE, [actor.user_id, actor.organisation_id])
    ]
