"""How supplies are counted: what was promised first, what came by then, what came at all, what had no problem (J30).

A line belongs to the month of the day that was promised first. It is counted on the day after. Nothing that was
promised later makes it better, and nothing that somebody else enters makes it better than the site says it was.
What is sent instead of a line is part of that line: it is wanted by the same day, and is no line of its own.
"""

from __future__ import annotations

from portal.foundation.levels import LevelSource, Measure, level_source
from portal.supplies.models.catalogue_item import ItemClass
from portal.supplies.permissions import VIEW_ORDERS

# ``wanted`` are the packs that were still wanted when the promised day was over: of the line, and of whatever is sent
# instead of it, each in packs of its own item, so that a substitution moves packs and lessens none. Of a consignment
# with a problem nothing has come until the site confirms it, and then on the day it says so.
_THINGS = """
    select line.organisation_id as site, line.organisation_id, organisation.code as site_code,
           organisation.contractor_type, organisations_area_on(organisation.id, whole.month) as area, whole.month,
           {kind} as kind, "order".reference, line.item_code, line.item_name, line.state, line.quantity,
           (line.placed_at at time zone %(zone)s)::date as placed_on, line.first_promised_on as promised_on,
           wanted.lines, wanted.packs as wanted, sent.in_time, sent.arrived, sent.last_on, sent.trouble
    from supplies_orderline line
    join supplies_order "order" on "order".id = line.order_id
    join supplies_catalogueitem item on item.id = line.item_id
    join organisations_organisation organisation on organisation.id = line.organisation_id
    cross join lateral (
        select date_trunc('month', coalesce(line.first_promised_on, (line.placed_at at time zone %(zone)s)::date))::date
    ) whole (month)
    cross join lateral (
        with recursive family (id, quantity, cancelled, substituted, cancelled_at) as (
            values (line.id, line.quantity, line.cancelled, line.substituted, line.cancelled_at)
            union all
            select instead.id, instead.quantity, instead.cancelled, instead.substituted, instead.cancelled_at
            from family join supplies_orderline instead
                on instead.substitute_for_id = family.id and family.substituted > 0
        )
        select array_agg(family.id), sum(family.quantity - family.substituted - case
            when line.first_promised_on < (family.cancelled_at at time zone %(zone)s)::date then 0
            else family.cancelled - family.substituted
        end)
        from family
    ) wanted (lines, packs)
    cross join lateral (
        select coalesce(sum(part.packs) filter (where part.came_on <= line.first_promised_on), 0) as in_time,
               coalesce(sum(part.packs), 0) as arrived, max(part.came_on) filter (where part.packs > 0) as last_on,
               coalesce(bool_or(part.trouble), false) as trouble
        from (
            select sent_line.was_short or sent.disputed_at is not null as trouble,
                   case when sent.delivered_at is null or sent.state not in ('delivered', 'received', 'discrepancy')
                             or (sent.state = 'discrepancy' and sent.disputed_at is not null
                                 and coalesce(sent.confirmed_at < sent.disputed_at, true))
                        then 0 else coalesce(sent_line.received, sent_line.picked) end as packs,
                   (case when sent_line.was_short or sent.disputed_at is not null
                         then coalesce(sent.confirmed_at, sent.delivered_at) else sent.delivered_at end
                    at time zone %(zone)s)::date as came_on
            from supplies_consignmentline sent_line
            join supplies_consignment sent on sent.id = sent_line.consignment_id
            where sent_line.line_id = any(wanted.lines) and sent.state <> 'cancelled'
        ) part
    ) sent
    where (line.first_promised_on >= %(begin)s and line.first_promised_on < %(end)s
           or line.first_promised_on is null and line.placed_at >= %(begin_at)s and line.placed_at < %(end_at)s)
      and line.state not in ('awaiting_approval', 'rejected') and line.substitute_for_id is null
      and wanted.packs > 0 {scope}
"""
_DUE = "thing.promised_on < %(today)s"

SUPPLIES = level_source(
    LevelSource(
        code="supplies",
        label="Supplies",
        things_are="order lines",
        things=_THINGS,
        of_organisation="line.organisation_id",
        kinds_are="Kind of supplies",
        kinds=dict(ItemClass.choices),
        kind="item.item_class",
        permission=VIEW_ORDERS,
        measures=(
            Measure(
                code="on_time",
                label="Delivered by the promised date",
                definition="Of all order lines whose first promised date is over: those of which every pack was there"
                " by the end of that day. A date promised later does not count. Part of a line is not enough.",
                counted=_DUE,
                met="thing.in_time >= thing.wanted",
                offered_for_chart=True,
            ),
            Measure(
                code="complete",
                label="Complete by now",
                definition="Of the same lines: those of which every pack has come by now, late or not. What a site"
                " cancelled before its promised date was over is not asked for. What it cancelled later is missing.",
                counted=_DUE,
                met="thing.arrived >= thing.wanted",
            ),
            Measure(
                code="correct",
                label="Correct",
                definition="Of the same lines: those that are complete and about which no problem was ever reported."
                " A problem that was settled later still counts.",
                counted=_DUE,
                met="thing.arrived >= thing.wanted and not thing.trouble",
            ),
            Measure(
                code="waiting",
                label="Not counted yet",
                definition="Lines whose promised date is not over. They count on the day after, whether they came early"
                " or not.",
                counted="thing.promised_on >= %(today)s",
                shape="number",
            ),
            Measure(
                code="no_date",
                label="No date promised",
                definition="Lines of this month that never had a promised date, because stock was out and none was"
                " announced. They are in no share.",
                counted="thing.promised_on is null",
                shape="number",
            ),
        ),
        columns=(
            ("Month", "month"),
            ("Site", "site_code"),
            ("Contractor type", "contractor_type"),
            ("Area", "area"),
            ("Kind", "kind"),
            ("Order", "reference"),
            ("Item code", "item_code"),
            ("Item", "item_name"),
            ("Placed", "placed_on"),
            ("First promised", "promised_on"),
            ("Packs wanted", "wanted"),
            ("Packs there in time", "in_time"),
            ("Packs there by now", "arrived"),
            ("Last packs came", "last_on"),
            ("Problem reported", "case when trouble then 'yes' else 'no' end"),
        ),
    )
)
