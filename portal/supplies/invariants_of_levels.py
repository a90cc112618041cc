"""What must always be true of the service levels of supplies (ADR 31). Each SQL finds the rows where it is not.

What is counted is read by the very statement that the worker, the sites' own figures and the downloads use.
"""

from django.conf import settings

from portal.foundation.invariants import invariant
from portal.supplies.levels import SUPPLIES

_EVER = {
    "begin": "date '0001-01-01'",
    "end": "date '9999-01-01'",
    "begin_at": "timestamptz '0001-01-01'",
    "end_at": "timestamptz '9999-01-01'",
    "zone": f"'{settings.TIME_ZONE}'",
    "today": f"(now() at time zone '{settings.TIME_ZONE}')::date",
}


def _everything() -> str:
    """SQL of all that was ever counted or will be: no parameter is left in it."""
    sql = SUPPLIES.things_where()
    for name, value in _EVER.items():
        sql = sql.replace(f"%({name})s", value)
    return sql


invariant(
    "supplies.levels_count_each_line_once",
    "The service levels count each order line once: by itself, or as part of the line that it is sent instead of",
    f"""
    with counted as materialized (select unnest(thing.lines) as line_id from ({_everything()}) thing)
    select line.id as line, line.state, count(counted.line_id) as times
    from supplies_orderline line left join counted on counted.line_id = line.id
    group by line.id
    having count(counted.line_id) > 1
        or (count(counted.line_id) = 0 and line.state not in ('awaiting_approval', 'rejected')
            and line.quantity > line.cancelled)
    """,  # noqa: S608  constants of ours
)
invariant(
    "supplies.levels_count_what_was_sent",
    "No more packs of a line came, or came in time, than were sent; together they are what the consignments brought",
    f"""
    with thing as materialized (select * from ({_everything()}) every_thing),
    sent as (
        select thing.reference, thing.item_code, thing.in_time, thing.arrived, (
            select coalesce(sum(line.dispatched), 0) from supplies_orderline line where line.id = any(thing.lines)
        ) as packs
        from thing
    )
    select sent.reference as "order", sent.item_code as item, sent.in_time, sent.arrived, sent.packs as sent
    from sent where sent.arrived > sent.packs or sent.in_time > sent.arrived
    union all
    select 'all together', null, null, counted.packs, brought.packs
    from (select coalesce(sum(arrived), 0) as packs from thing) counted,
         (select coalesce(sum(coalesce(part.received, part.picked)), 0) as packs
          from supplies_consignmentline part
          join supplies_consignment consignment on consignment.id = part.consignment_id
          where consignment.delivered_at is not null
            and (consignment.state in ('delivered', 'received') or consignment.state = 'discrepancy'
                 and (consignment.disputed_at is null or consignment.confirmed_at >= consignment.disputed_at))
            and part.line_id in (select unnest(lines) from thing)) brought
    where counted.packs <> brought.packs
    """,  # noqa: S608  constants of ours
)
invariant(
    "supplies.levels_published_agree",
    "Published figures of one cell are of the same lines, and none of them came in time or correct without being whole",
    """
    select month, area, contractor_type, kind, lines, in_time, complete, correct from (
        select month, area, contractor_type, kind,
               array_agg(distinct counted) filter (where measure in ('on_time', 'complete', 'correct')) as lines,
               count(*) filter (where measure in ('on_time', 'complete', 'correct')) as measures,
               max(met) filter (where measure = 'on_time') as in_time,
               max(met) filter (where measure = 'complete') as complete,
               max(met) filter (where measure = 'correct') as correct
        from levels_levelcount where source = 'supplies' group by month, area, contractor_type, kind
    ) cell
    where cell.measures > 0
      and (cell.measures <> 3 or cardinality(lines) <> 1 or in_time > complete or correct > complete)
    """,
)
