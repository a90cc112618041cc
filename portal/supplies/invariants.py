"""What must always be true of stock and orders (R1-R4; trust I1-I4). Each SQL finds the rows where it is not."""

from portal.foundation.invariants import invariant
from portal.supplies import (  # noqa: F401  declared where they fit
    invariants_of_batches,
    invariants_of_boxes,
    invariants_of_levels,
    invariants_of_standing,
    invariants_of_substitutes,
)
from portal.supplies.states import OPEN_TO_PICKING, ORDER_PRECEDENCE, PICKABLE

_PICKABLE = f"""
    select from supplies_orderline line join supplies_reservation r on r.line_id = line.id
    join supplies_stocklevel level on level.id = r.level_id
    where line.order_id = o.id and line.state in {PICKABLE}
"""
_PRECEDENCE = ", ".join(f"'{state}'" for state in ORDER_PRECEDENCE)
# A consignment whose goods have left the store, and one whose goods have arrived.
_LEFT = "('dispatched', 'failed', 'delivered', 'received', 'discrepancy')"
_RESERVED = "coalesce((select sum(r.quantity) from supplies_reservation r where r.line_id = line.id), 0)"
_OUTSTANDING = "line.quantity - line.dispatched - line.cancelled"

# Stock ---------------------------------------------------------------------------------------------

invariant(
    "supplies.stock_is_its_movements",
    "What a shelf holds is the sum of everything that was put on it and taken off",
    """
    select level.id as level, level.on_hand, coalesce(sum(movement.quantity), 0) as moved
    from supplies_stocklevel level left join supplies_stockmovement movement on movement.level_id = level.id
    group by level.id having level.on_hand <> coalesce(sum(movement.quantity), 0)
    """,
)
invariant(
    "supplies.balances_run",
    "Each movement's balance is the balance before it and its quantity",
    """
    select id as movement, level_id as level, balance, running from (
        select id, level_id, balance, sum(quantity) over (partition by level_id order by id) as running
        from supplies_stockmovement
    ) movement where balance <> running
    """,
)
invariant(
    "supplies.reserved_is_reservations",
    "What a shelf has put aside is the sum of its reservations",
    """
    select level.id as level, level.reserved, coalesce(sum(reservation.quantity), 0) as reservations
    from supplies_stocklevel level left join supplies_reservation reservation on reservation.level_id = level.id
    group by level.id having level.reserved <> coalesce(sum(reservation.quantity), 0)
    """,
)
invariant(
    "supplies.stock_within_bounds",
    "Stock is never negative, and no more is put aside than is there",
    """
    select id as level, on_hand, reserved from supplies_stocklevel
    where on_hand < 0 or reserved < 0 or reserved > on_hand
    """,
)
invariant(
    "supplies.reservation_fits_line",
    "Stock is put aside only for lines that still need it, of the same item, and never more than they need",
    f"""
    select line.id as line, line.state, {_OUTSTANDING} as outstanding, {_RESERVED} as reserved
    from supplies_orderline line
    where {_RESERVED} > greatest(0, {_OUTSTANDING})
       or ({_RESERVED} > 0
           and line.state not in ('awaiting_approval', 'accepted', 'back_ordered', 'on_hold', 'picking'))
       or exists (select 1 from supplies_reservation r join supplies_stocklevel l on l.id = r.level_id
                  where r.line_id = line.id and l.item_id <> line.item_id)
    """,  # noqa: S608  constants of ours
)
invariant(
    "supplies.accepted_is_reserved",
    "An accepted line has all its stock put aside; a line that waits for stock still lacks some",
    f"""
    select line.id as line, line.state, {_OUTSTANDING} as outstanding, {_RESERVED} as reserved
    from supplies_orderline line
    where (line.state = 'accepted' and ({_RESERVED} <> {_OUTSTANDING} or {_OUTSTANDING} = 0))
       or (line.state = 'back_ordered' and {_RESERVED} >= {_OUTSTANDING})
    """,  # noqa: S608  constants of ours
)

# Orders --------------------------------------------------------------------------------------------

invariant(
    "supplies.order_state_is_derived",
    "An order's state is that of its least advanced open line",
    f"""
    select o.id as "order", o.reference, o.state, derived.state as should_be
    from supplies_order o left join lateral (
        select line.state from supplies_orderline line where line.order_id = o.id
        order by array_position(array[{_PRECEDENCE}], line.state) limit 1
    ) derived on true
    where o.state is distinct from derived.state
    """,  # noqa: S608  constants of ours
)
invariant(
    "supplies.order_picked_from_where_it_lies",
    "The store that picks next has put aside something that can be picked, and there is one when any has",
    f"""
    select o.id as "order", o.reference, o.pick_store_id as store from supplies_order o
    where (o.pick_store_id is null and o.state in {OPEN_TO_PICKING} and exists ({_PICKABLE}))
       or (o.pick_store_id is not null and not exists ({_PICKABLE} and level.store_id = o.pick_store_id))
    """,  # noqa: S608  constants of ours
)
invariant(
    "supplies.order_has_event",
    "Every order has the event of its placing",
    """
    select o.id as "order", o.reference from supplies_order o
    where not exists (
        select 1 from audit_auditevent event where event.subject_type = 'order'
        and event.subject_reference = o.reference and event.type = 'supplies.order_placed'
    )
    """,
)
invariant(
    "supplies.order_decided_by_another",
    "An order is decided by somebody else than who placed it, and only if it needed a decision",
    """
    select id as "order", reference, approval_route from supplies_order
    where decided_by_id = placed_by_id
       or (decided_by_id is not null and approval_route = '')
       or (approval_route <> '' and decided_by_id is null
           and state not in ('awaiting_approval', 'cancelled'))
    """,
)
invariant(
    "supplies.one_organisation",
    "An order, its lines and its consignments belong to one organisation",
    """
    select 'line' as what, line.id, o.reference from supplies_orderline line
    join supplies_order o on o.id = line.order_id where line.organisation_id <> o.organisation_id
    union all
    select 'consignment', consignment.id, o.reference from supplies_consignment consignment
    join supplies_order o on o.id = consignment.order_id where consignment.organisation_id <> o.organisation_id
    union all
    select 'consignment line', part.id, consignment.reference from supplies_consignmentline part
    join supplies_consignment consignment on consignment.id = part.consignment_id
    join supplies_orderline line on line.id = part.line_id where line.order_id <> consignment.order_id
    """,
)
invariant(
    "supplies.allowance_kept",
    "No site was given more of an item than its rolling allowance (counted since the item's rules last changed)",
    """
    select line.id as line, line.organisation_id as organisation, item.code as item, item.allowance_quantity,
           packs.total as ordered
    from supplies_orderline line
    join supplies_catalogueitem item on item.id = line.item_id and item.allowance_days is not null
    cross join lateral (
        select sum(earlier.quantity - earlier.cancelled + earlier.substituted) as total from supplies_orderline earlier
        where earlier.organisation_id = line.organisation_id and earlier.item_id = line.item_id
          and earlier.state <> 'rejected' and earlier.substitute_for_id is null and earlier.placed_at <= line.placed_at
          and earlier.placed_at > line.placed_at - make_interval(hours => item.allowance_days * 24)
    ) packs
    where line.state <> 'rejected' and line.substitute_for_id is null and packs.total > item.allowance_quantity
      and not exists (
        select 1 from audit_auditevent event where event.subject_type = 'catalogueitem'
        and event.subject_reference = item.code and event.type = 'supplies.item_changed'
        and event.occurred_at >= line.placed_at
      )
    """,
)

# Consignments --------------------------------------------------------------------------------------

invariant(
    "supplies.dispatched_is_picked",
    "What a line says has left the store is what its consignments carried away",
    f"""
    select line.id as line, line.dispatched, coalesce(sum(part.picked), 0) as carried
    from supplies_orderline line left join (
        supplies_consignmentline part
        join supplies_consignment consignment on consignment.id = part.consignment_id
             and consignment.state in {_LEFT}
    ) on part.line_id = line.id
    group by line.id having line.dispatched <> coalesce(sum(part.picked), 0)
    """,  # noqa: S608  constants of ours
)
invariant(
    "supplies.delivered_is_carried",
    "What a line says has arrived is what its delivered consignments carried",
    """
    select line.id as line, line.delivered, coalesce(sum(part.picked), 0) as carried
    from supplies_orderline line left join (
        supplies_consignmentline part
        join supplies_consignment consignment on consignment.id = part.consignment_id
             and consignment.delivered_at is not null
    ) on part.line_id = line.id
    group by line.id having line.delivered <> coalesce(sum(part.picked), 0)
    """,
)
invariant(
    "supplies.dispatch_left_the_shelf",
    "What consignments carried away, and did not bring back, was taken off the shelf in the same breath",
    f"""
    select level.id as level, coalesce(carried.packs, 0) as carried, coalesce(taken.packs, 0) as taken
    from supplies_stocklevel level
    left join (
        select part.level_id, sum(part.picked) as packs from supplies_consignmentline part
        join supplies_consignment consignment on consignment.id = part.consignment_id and consignment.state in {_LEFT}
        group by part.level_id
    ) carried on carried.level_id = level.id
    left join (
        select level_id, -sum(quantity) as packs from supplies_stockmovement
        where kind in ('dispatch', 'return') group by level_id
    ) taken on taken.level_id = level.id
    where coalesce(carried.packs, 0) <> coalesce(taken.packs, 0)
    """,  # noqa: S608  constants of ours
)
invariant(
    "supplies.joint_orders_are_whole",
    "What was ordered for several sites together has as many orders as it says: all were placed, or none",
    """
    select joint.reference, joint.deliveries, count(placed.id) as orders
    from supplies_jointorder joint left join supplies_order placed on placed.joint_id = joint.id
    group by joint.id having joint.deliveries <> count(placed.id)
    """,
)
