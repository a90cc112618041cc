"""What must be true of the access log at every moment (R2, trust I14)."""

from portal.foundation.audit.access_entry import sites_sql
from portal.foundation.invariants import invariant

invariant(
    "audit.looks_are_shown_to_their_sites",
    "Every look is shown to the site whose people looked and to those of the patient, and to no other",
    f"""
    select coalesce(said.id, kept.entry_id) as look, coalesce(said.site, kept.organisation_id) as site from (
        select found.* from audit_accessentry look cross join lateral ({sites_sql("look")}) found (site, id)
    ) said full join audit_looksite kept on kept.entry_id = said.id and kept.organisation_id = said.site
    where said.id is null or kept.entry_id is null
    """,  # noqa: S608  our own words
)
