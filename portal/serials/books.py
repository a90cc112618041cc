"""Where the register of numbers and the stock books disagree: both say how many forms a store has (R4, J24)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from portal.foundation.access import Actor
from portal.serials.permissions import VIEW_REGISTER

SHOWN = 50

# What has not left: on a shelf, or in a consignment that is still here. Only whole packs count, because the books
# know nothing smaller: a site sends single forms back.
_DIFFERENCES = """
with numbered as (
    select coalesce(forms.store_id, box.store_id) as store_id, forms.item_id,
           sum(upper(forms.serials) - lower(forms.serials)) as number
    from serials_serialrange forms left join supplies_consignment box on box.id = forms.consignment_id
    where forms.state = 'in_store' or (forms.state = 'allocated' and box.state in ('picking', 'packed', 'cancelled'))
    group by 1, 2
), known as (
    select store_id, item_id from numbered union select store_id, item_id from serials_serialreceipt
)
select store.code, store.name, item.code, item.name, coalesce(numbered.number, 0),
       coalesce(level.on_hand, 0)::bigint * item.pack_size
from known
join supplies_store store on store.id = known.store_id join supplies_catalogueitem item on item.id = known.item_id
left join numbered on numbered.store_id = known.store_id and numbered.item_id = known.item_id
left join supplies_stocklevel level on level.store_id = known.store_id and level.item_id = known.item_id
where abs(coalesce(numbered.number, 0) - coalesce(level.on_hand, 0)::bigint * item.pack_size) >= item.pack_size
order by item.name, store.priority, store.id limit %s
"""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A form in a store: how many there are by their numbers, and by the stock books."""

    store_code: str
    store: str
    item_code: str
    item: str
    numbered: int
    books: int

    @property
    def more(self) -> int:
        """Forms by number beyond the books; negative when the books have more."""
        return self.numbered - self.books


def differences(actor: Actor) -> list[Difference]:
    """Where the two differ by a pack or more, at most ``SHOWN``; one query. Raises Refused without the right."""
    actor.require(VIEW_REGISTER)
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES, [SHOWN])
        return [
            Difference(store_code=store, store=name, item_code=code, item=item, numbered=int(numbered), books=books)
            for store, name, code, item, numbered, books in cursor.fetchall()
        ]
