"""Fills a database with a year of orders: ``python -m tests.benchmarks.orders_fill NUMBER`` prints visitors' cookies.

Of 300 sites, the visitor's one of them; three lines an order, of 60 items. The newest five in a hundred are on their
way through the warehouse, in every state; the rest have come. One order in a hundred is of numbered forms, whose
ranges lie at the sites. Stock, its ledger and what is put aside fit the orders.
"""

from __future__ import annotations

import re
import sys
import time

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from portal.accounts.models import Membership  # noqa: E402
from portal.accounts.tests.factories import MembershipFactory  # noqa: E402
from portal.accounts.tests.sign_in import sign_in  # noqa: E402
from portal.foundation.access.row_security import set_scope  # noqa: E402
from portal.foundation.levels.counting import count_all  # noqa: E402
from portal.foundation.workdays.models import Holiday  # noqa: E402
from portal.organisations.models import Organisation  # noqa: E402
from portal.organisations.tests.factories import OperatorFactory, OrganisationFactory  # noqa: E402
from portal.supplies.forecasting.collect import collect_demand  # noqa: E402
from portal.supplies.models import CatalogueItem, Order, StockLevel  # noqa: E402
from portal.supplies.tests.factories import CatalogueItemFactory, SecureItemFactory, StoreFactory  # noqa: E402
from portal.supplies.usage.collect import collect_usage  # noqa: E402
from tests.benchmarks.bulk import filled_at_once, one, run  # noqa: E402

SITE, SITES, ITEMS, CLIENTS = "Z90001", 300, 60, 8
STAFF_ROLES = ["stock_controller", "warehouse_operator", "approver", "support_agent"]
ORDERS = (
    "supplies_order", "supplies_orderline", "supplies_reservation", "supplies_consignment",
    "supplies_consignmentline", "supplies_box", "supplies_boxline", "supplies_stockmovement",
)  # fmt: skip
FORMS = ("serials_serialreceipt", "serials_serialrange", "serials_serialmove")
_MODULUS = re.compile(r"%(?!\()")
# How old an order is, as a part of all, decides how far it has come.
_STATE = """
case when age < 0.008 then 'accepted' when age < 0.010 then 'awaiting_approval' when age < 0.012 then 'back_ordered'
when age < 0.020 then 'picking' when age < 0.030 then 'dispatched' when age < 0.050 then 'delivered' else 'received' end
"""
_ORDERS = f"""
insert into supplies_order (id, reference, organisation_id, submission, state, placed_at, placed_by_id, placed_by_name,
    placed_by_email, delivery_name, delivery_lines, delivery_postcode, approval_route, decided_by_name,
    decision_reason, promised_on, substitutes, pick_store_id)
select id, 'SO-' || upper(left(md5(id::text), 4)) || '-' || lpad(id::text, 6, '0'),
    (%(sites)s::bigint[])[1 + id % {SITES}], gen_random_uuid(), {_STATE}, now() - age * interval '365 days', 1,
    'Dr Asha Patel', 'asha@example.org', 'A site', '{{1 Lane}}', 'ZZ99 1AA',
    case when age >= 0.008 and age < 0.010 then 'site' else '' end, '', '',
    (now() - age * interval '365 days')::date + 5, 'ask', case when age < 0.008 then %(store)s::bigint end
from (select id, (%(number)s - id)::float / %(number)s as age from generate_series(1, %(number)s) id) numbered
"""
_LINES = f"""
insert into supplies_orderline (order_id, organisation_id, item_id, position, item_code, item_name, unit, pack_size,
    state, quantity, dispatched, delivered, received, cancelled, substituted, reason, promised_on, first_promised_on,
    placed_at)
select o.id, o.organisation_id, item.id, place, item.code, item.name, item.unit, item.pack_size, o.state, 2,
    case when o.state in ('dispatched', 'delivered', 'received') then 2 else 0 end,
    case when o.state in ('delivered', 'received') then 2 else 0 end, case when o.state = 'received' then 2 else 0 end,
    0, 0, '', o.promised_on, o.promised_on, o.placed_at
from supplies_order o cross join generate_series(1, 3) place
join supplies_catalogueitem item on item.id = (%(items)s::bigint[])[1 + (o.id * 7 + place) % {ITEMS}]
"""
# Of what is being picked, every second is packed.
_CONSIGNMENTS = """
insert into supplies_consignment (id, reference, order_id, organisation_id, store_id, state, created_at, picked_by_name,
    packed_at, packages, carrier, carrier_reference, dispatched_at, delivered_at, received_by, delivery_note,
    confirmed_at, confirmed_by_name, by_box)
select id, 'CN' || substr(reference, 3), id, organisation_id, %(store)s, stands, placed_at, 'Wanda Nowak',
    case when stands <> 'picking' then placed_at end, 1, case when has_left then 'DPD' else '' end,
    case when has_left then '155' || id else '' end, case when has_left then placed_at + interval '1 day' end,
    case when stands in ('delivered', 'received') then placed_at + interval '2 days' end,
    case when stands in ('delivered', 'received') then 'Jo Field' else '' end, '',
    case when stands = 'received' then placed_at + interval '2 days' end, '', true
from (
    select *, state <> 'picking' as has_left,
        case when state = 'picking' and id % 2 = 0 then 'packed' else state end as stands
    from supplies_order where state in ('picking', 'dispatched', 'delivered', 'received')
) started
"""
_CONSIGNMENT_LINES = """
insert into supplies_consignmentline (consignment_id, line_id, level_id, quantity, picked, received, was_short)
select line.order_id, line.id, level.id, line.quantity, case when c.state = 'picking' then 0 else line.quantity end,
    case when line.state = 'received' then line.quantity end, false
from supplies_consignment c join supplies_orderline line on line.order_id = c.order_id
join supplies_stocklevel level on level.item_id = line.item_id
"""
# One box each, with everything in it; what is only being picked has none yet.
_BOXES = """
insert into supplies_box (id, consignment_id, number, code, carrier_piece, closed_at, closed_by_name, loaded_at,
    loaded_by_name, delivered_at, received_by, answer)
select id, id, 1, reference || '-1', '', packed_at, 'Wanda Nowak', dispatched_at,
    case when dispatched_at is null then '' else 'Wanda Nowak' end, delivered_at, received_by,
    case when state = 'received' then 'came' else '' end
from supplies_consignment where packed_at is not null
"""
_BOX_LINES = """
insert into supplies_boxline (box_id, part_id, quantity, received)
select part.consignment_id, part.id, part.picked, part.received from supplies_consignmentline part
join supplies_box box on box.consignment_id = part.consignment_id
"""
_RESERVATIONS = """
insert into supplies_reservation (line_id, level_id, quantity)
select line.id, level.id, line.quantity from supplies_orderline line
join supplies_stocklevel level on level.item_id = line.item_id
where line.state in ('accepted', 'picking', 'awaiting_approval')
"""
# A receipt of enough for the year, then every consignment as it left.
_LEDGER = """
insert into supplies_stockmovement (level_id, kind, quantity, balance, reference, reason, purchase, actor_name,
    occurred_at)
select level_id, kind, quantity, sum(quantity) over (partition by level_id order by at, place), reference, '', '',
    'Wanda Nowak', at
from (
    select id as level_id, 'receipt' as kind, 3 * %(number)s + 100000 as quantity, 'DN-1' as reference, 0 as place,
        now() - interval '2 years' as at from supplies_stocklevel
    union all
    select cl.level_id, 'dispatch', -cl.quantity, c.reference, c.id, c.dispatched_at
    from supplies_consignmentline cl join supplies_consignment c on c.id = cl.consignment_id
    where c.dispatched_at is not null
) moved order by at, place
"""
_LEVELS = """
update supplies_stocklevel level set reserved = coalesce(
        (select sum(quantity) from supplies_reservation r where r.level_id = level.id), 0),
    on_hand = (select sum(quantity) from supplies_stockmovement m where m.level_id = level.id)
"""
_RECEIPT = """
insert into serials_serialreceipt (id, item_id, serials, store_id, received_at, received_by_name, delivery_note)
values (1, %(form)s, int8range(1000000000, 1000000000 + 50 * greatest(%(number)s / 100, 1)), %(store)s, now(), 'B', '')
"""
_RANGES = f"""
insert into serials_serialrange (receipt_id, item_id, serials, state, since, store_id, organisation_id, held_by,
    case_reference)
select 1, %(form)s, int8range(1000000000 + 50 * n, 1000000050 + 50 * n),
    case when n % 20 = 0 then 'in_store' else 'at_site' end, now(), case when n % 20 = 0 then %(store)s::bigint end,
    case when n % 20 > 0 then (%(sites)s::bigint[])[1 + n / 20 % {SITES}] end, '', ''
from generate_series(0, greatest(%(number)s / 100, 1) - 1) n
"""
_MOVES = """
insert into serials_serialmove (item_id, serials, source, target, "where", organisation_id, happened_at, by_name, note)
select item_id, serials, '', state, 'A place', organisation_id, now(), 'Wanda Nowak', '' from serials_serialrange
"""


def fill(number: int) -> None:
    """So many orders in the year until now; prints what the visitors need."""
    set_scope("system")
    Holiday.objects.create(day="2000-01-01", name="A day off")
    clerk = _member(OrganisationFactory(code=SITE, kind="gp_practice", contractor_type="gp"))
    sites = [clerk.organisation, *(OrganisationFactory(kind="gp_practice") for _ in range(SITES - 1))]
    store = StoreFactory()
    items = CatalogueItem.objects.bulk_create(
        CatalogueItemFactory.build(code=f"BENCH-{each}", contractor_types=["gp"], category=f"Category {each % 6}")
        for each in range(ITEMS)
    )
    form = SecureItemFactory(pack_size=50)
    StockLevel.objects.bulk_create(StockLevel(store=store, item=item) for item in items)
    values = {
        "number": number, "store": store.id, "form": form.id, "sites": [each.id for each in sites],
        "items": [each.id for each in items],
    }  # fmt: skip
    with filled_at_once(*ORDERS, *FORMS):
        for statement in (
            _ORDERS, _LINES, _CONSIGNMENTS, _CONSIGNMENT_LINES, _BOXES, _BOX_LINES, _RESERVATIONS, _LEDGER, _LEVELS,
            _RECEIPT, _RANGES, _MOVES,
        ):  # fmt: skip
            _write(statement, values)
    for table in (*ORDERS, *FORMS):
        run(f"select setval(pg_get_serial_sequence('{table}', 'id'), (select coalesce(max(id), 1) from {table}))")
    run("analyze")
    for nightly in (collect_demand, collect_usage, count_all):
        started = time.perf_counter()
        nightly()
        print(f"{nightly.__name__}={time.perf_counter() - started:.1f}")
    set_scope("system")
    run("vacuum analyze")
    if one("select count(*) from supplies_order") != number:
        raise SystemExit("There are not as many orders as were asked for.")
    _tell("clerk", clerk)
    _tell("staff", _member(OperatorFactory(), *STAFF_ROLES))
    for client in range(CLIENTS):
        _tell(f"client{client}", _member(OrganisationFactory(code=f"Z8000{client}", kind="gp_practice")))
    newest = Order.objects.filter(organisation=clerk.organisation).order_by("-id")[0]
    print(f"order={newest.reference}")
    print(f"consignment={one('select max(id) from supplies_consignment')}")


def _member(organisation: Organisation, *roles: str) -> Membership:
    member: Membership = MembershipFactory(organisation=organisation, roles=list(roles or ["main_contact"]))
    return member


def _write(statement: str, values: dict[str, object]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MODULUS.sub("%%", statement), values)


def _tell(who: str, member: Membership) -> None:
    print(f"{who}={sign_in(Client(), member.user)}")


if __name__ == "__main__":
    fill(int(sys.argv[1]))
