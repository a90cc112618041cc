"""What must be true of requests and what they change, at every moment (J13-J18, trust 2.5)."""

from portal.casework.words import words_sql
from portal.foundation.invariants import invariant

invariant(
    "casework.main_contact_or_a_case",
    "A site with people whose Main Contact is gone has a case about it",
    """
    select place.code, place.name
    from organisations_organisation place
    where exists (
        select from accounts_membership membership
        where membership.organisation_id = place.id and membership.starts_on <= current_date
          and (membership.ends_on is null or membership.ends_on >= current_date)
    )
    and exists (
        select from accounts_rolegrant former where former.organisation_id = place.id and former.role = 'main_contact'
    )
    and not exists (
        select from accounts_rolegrant held
        join accounts_membership membership on membership.id = held.membership_id
        where held.organisation_id = place.id and held.role = 'main_contact' and held.ended_at is null
          and membership.starts_on <= current_date
          and (membership.ends_on is null or membership.ends_on >= current_date)
    )
    and not exists (
        select from casework_changerequest request
        where request.organisation_id = place.id and request.state not in ('applied', 'refused', 'withdrawn')
    )
    """,
)
invariant(
    "casework.done_means_done",
    "A request that is done has no step left",
    """
    select step.case_id, step.action, step.target, step.state
    from casework_planstep step join casework_changerequest request on request.case_id = step.case_id
    where request.state = 'applied' and step.state not in ('done', 'skipped')
    """,
)
invariant(
    "casework.planned_means_approved",
    "Only a request that was approved has a plan",
    """
    select step.case_id, step.action, request.state
    from casework_planstep step join casework_changerequest request on request.case_id = step.case_id
    where request.approved_by_id is null or request.state not in ('applying', 'applied')
    """,
)
invariant(
    "casework.nobody_is_left_at_a_closed_site",
    "Nobody has access to a site whose closure is done",
    """
    select place.code, membership.reference
    from casework_planstep step
    join organisations_organisation place on place.code = step.target and place.status = 'closed'
    join accounts_membership membership on membership.organisation_id = place.id
    where step.action = 'end_users' and step.state = 'done' and membership.starts_on <= current_date
      and (membership.ends_on is null or membership.ends_on >= current_date)
    """,
)
invariant(
    "casework.found_by_its_words",
    "Staff finds every case by each word of its subject and of whoever opened it, and by no other",
    f"""
    select coalesce(said.id, kept.case_id) as "case" from (
        select found.* from casework_case one cross join lateral ({words_sql("one")}) found (id, word)
    ) said full join casework_caseword kept on kept.case_id = said.id and kept.word = said.word
    where said.id is null or kept.case_id is null
    """,  # noqa: S608  our own words
)
