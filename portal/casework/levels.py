"""How cases are counted: the first reply and the answer, each by its own day (J30, J22)."""

from __future__ import annotations

from portal.casework.permissions import VIEW_OWN_CASES
from portal.foundation.levels import LevelSource, Measure, level_source

# A row for each of a case's two clocks, because they may run out in different months. Somebody without a site counts
# as one of their own, in no area.
_THINGS = """
    select coalesce(organisation.id, -"case".id) as site, organisation.id as organisation_id,
           coalesce(organisation.code, '') as site_code, coalesce(organisation.contractor_type, '') as contractor_type,
           coalesce(organisations_area_on(organisation.id, whole.month), '') as area, whole.month,
           case when "case".kind = 'enquiry' then 'enquiry' when change.id is not null then 'change' else 'problem' end
               as kind,
           "case".reference, clock.name as clock, clock.due_on, clock.done_on, "case".state,
           (organisation.id is null) as no_site, ("case".opened_at at time zone %(zone)s)::date as opened_on
    from casework_case "case"
    left join organisations_organisation organisation on organisation.id = "case".organisation_id
    left join casework_changerequest change on change.case_id = "case".id
    cross join lateral (values
        ('reply', "case".first_reply_due_on, ("case".first_replied_at at time zone %(zone)s)::date),
        ('answer', "case".due_on, case when "case".state in ('resolved', 'closed')
                                       then ("case".answered_at at time zone %(zone)s)::date end)
    ) clock (name, due_on, done_on)
    cross join lateral (select date_trunc('month', clock.due_on)::date) whole (month)
    where ("case".first_reply_due_on >= %(begin)s and "case".first_reply_due_on < %(end)s
           or "case".due_on >= %(begin)s and "case".due_on < %(end)s)
      and clock.due_on >= %(begin)s and clock.due_on < %(end)s
      and "case".state <> 'merged' and "case".kind <> 'directory' {scope}
"""
# A clock that stands still, because the case waits for somebody named, has not run out.
_STILL = "(thing.clock = 'answer' and thing.state = 'waiting')"
_DUE = f"thing.due_on < %(today)s and not {_STILL}"

CASEWORK = level_source(
    LevelSource(
        code="casework",
        label="Enquiries, problems and changes",
        things_are="cases",
        things=_THINGS,
        of_organisation='"case".organisation_id',
        kinds_are="Kind of case",
        kinds={"enquiry": "Enquiry", "problem": "Problem reported", "change": "Change to a site or its people"},
        permission=VIEW_OWN_CASES,
        measures=(
            Measure(
                code="first_reply",
                label="First reply in time",
                definition="Of all cases whose day for a first reply is over: those in which a person replied by the"
                " end of that day. The message that we have received it is not a reply.",
                counted=f"thing.clock = 'reply' and {_DUE}",
                met="thing.done_on <= thing.due_on",
                offered_for_chart=True,
            ),
            Measure(
                code="reply_days",
                label="Time to the first reply",
                definition="Days from opening to the first reply, week-ends included, of the cases that have one. Half"
                " took no longer than the first number, and 95 of 100 no longer than the second.",
                counted=f"thing.clock = 'reply' and {_DUE} and thing.done_on is not null",
                days="thing.done_on - thing.opened_on",
                shape="days",
            ),
            Measure(
                code="settled",
                label="Settled in time",
                definition="Of all cases whose day to be settled is over: those that were answered by then. The day"
                " moves only by the working days the case has waited for somebody named. One that was opened again is"
                " not settled until it is answered again.",
                counted=f"thing.clock = 'answer' and {_DUE}",
                met="thing.done_on <= thing.due_on",
            ),
            Measure(
                code="settle_days",
                label="Time to the answer",
                definition="Days from opening to the answer, week-ends and waits included, of the cases that have one.",
                counted=f"thing.clock = 'answer' and {_DUE} and thing.done_on is not null",
                days="thing.done_on - thing.opened_on",
                shape="days",
            ),
            Measure(
                code="waiting",
                label="Not counted yet",
                definition="Cases whose day to be settled is not over, or whose clock stands still because they wait"
                " for somebody who is named.",
                counted=f"thing.clock = 'answer' and (thing.due_on >= %(today)s or {_STILL})",
                shape="number",
            ),
        ),
        columns=(
            ("Month", "month"),
            ("Site", "site_code"),
            ("Contractor type", "contractor_type"),
            ("Area", "area"),
            ("Kind", "kind"),
            ("Case", "reference"),
            ("Clock", "case clock when 'reply' then 'First reply' else 'Answer' end"),
            ("Opened", "opened_on"),
            ("Due", "due_on"),
            ("Done", "done_on"),
        ),
    )
)
