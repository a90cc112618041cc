"""How the movements of records are counted: from asking to the door, by the expected date, to the right place (J30)."""

from __future__ import annotations

from portal.foundation.levels import LevelSource, Measure, level_source
from portal.records.permissions import VIEW_RECORDS

# A movement belongs to the site that waits for it; one to the store to the site that sends it. It has come when the
# last of its bags has, by the chain of custody. Nothing here names a patient or the site at the other end.
# Whose it is has an index in these words: COALESCE says the same, and row security would keep it from the index.
_THINGS = """
    select organisation.id as site, organisation.id as organisation_id, organisation.code as site_code,
           organisation.contractor_type, organisations_area_on(organisation.id, whole.month) as area, whole.month,
           case when movement.is_urgent then 'urgent' else 'ordinary' end as kind, movement.reference, movement.state,
           (movement.asked_at at time zone %(zone)s)::date as asked_on, movement.expected_by,
           (case when way.bags = way.there then way.last_at end at time zone %(zone)s)::date as came_on,
           exists (
               select 1 from records_discrepancy wrong join records_bag bag on bag.id = wrong.bag_id
               where bag.movement_id = movement.id and wrong.kind in ('wrong_patient', 'wrong_place')
           ) as was_wrong
    from records_movement movement
    join organisations_organisation organisation
        on organisation.id = case when movement.destination_organisation_id is null
                             then movement.origin_organisation_id else movement.destination_organisation_id end
    cross join lateral (select date_trunc('month', movement.expected_by)::date) whole (month)
    cross join lateral (
        select count(*) as bags, count(came.at) as there, max(came.at) as last_at
        from records_bag bag
        left join lateral (
            select min(link.happened_at) as at from records_custodyevent link
            where link.movement_id = movement.id and link.part_id = bag.part_id
              and link.to_holder_id = movement.destination_id
        ) came on true
        where bag.movement_id = movement.id and bag.state not in ('cancelled', 'no_paper')
    ) way
    where movement.expected_by >= %(begin)s and movement.expected_by < %(end)s and way.bags > 0 {scope}
"""
_DUE = "thing.expected_by < %(today)s"

RECORDS = level_source(
    LevelSource(
        code="records",
        label="Patients' paper records",
        things_are="movements of records",
        things=_THINGS,
        of_organisation="organisation.id",
        kinds_are="Kind of movement",
        kinds={"ordinary": "Ordinary", "urgent": "Urgent"},
        permission=VIEW_RECORDS,
        wider_because="What went wrong with a bag is shown to one of the two sites, and counts for the one that waits.",
        measures=(
            Measure(
                code="by_expected",
                label="Arrived by the expected date",
                definition="Of all movements whose expected date is over: those of which every bag was handed over at"
                " the door by the end of that day.",
                counted=_DUE,
                met="thing.came_on <= thing.expected_by",
                offered_for_chart=True,
            ),
            Measure(
                code="door_to_door",
                label="Door to door",
                definition="Days from asking for the record to its last bag at the door, week-ends included, of those"
                " that have arrived. Half of them took no longer than the first number, and 95 of 100 no longer than"
                " the second.",
                counted=f"{_DUE} and thing.came_on is not null",
                days="thing.came_on - thing.asked_on",
                shape="days",
            ),
            Measure(
                code="right",
                label="Wrong record or wrong place",
                definition="For each 1,000 movements whose expected date is over: those with a bag that came to the"
                " wrong place, or held another patient's record. One that was put right later still counts.",
                counted=_DUE,
                met="not thing.was_wrong",
                shape="rate",
            ),
            Measure(
                code="missing",
                label="Missing now",
                definition="Movements of this month with a bag that is missing or lost at the moment.",
                counted="thing.state in ('missing', 'lost')",
                shape="number",
            ),
            Measure(
                code="waiting",
                label="Not counted yet",
                definition="Movements whose expected date is not over. They count on the day after.",
                counted="thing.expected_by >= %(today)s",
                shape="number",
            ),
        ),
        columns=(
            ("Month", "month"),
            ("Site", "site_code"),
            ("Area", "area"),
            ("Kind", "kind"),
            ("Movement", "reference"),
            ("Asked for", "asked_on"),
            ("Expected by", "expected_by"),
            ("Arrived", "came_on"),
            ("Wrong record or place", "case when was_wrong then 'yes' else 'no' end"),
            ("Missing now", "case when state in ('missing', 'lost') then 'yes' else 'no' end"),
        ),
    )
)
