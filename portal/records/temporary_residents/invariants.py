"""What must always be true of temporary residents' forms (J11). Each SQL finds the rows where it is not."""

from portal.foundation.invariants import invariant

invariant(
    "temporary_residents.archived_was_downloaded_there",
    "Nobody archives a form that nobody at that practice has downloaded",
    """
    select form.id as form from temporary_residents_temporaryform form
    where form.state in ('downloaded', 'archived') and not exists (
        select 1 from temporary_residents_formdownload download
        where download.form_id = form.id and download.organisation_id = form.destination_id
    )
    """,
)
invariant(
    "temporary_residents.not_with_who_returned_it",
    "No form is with a practice that has returned it",
    """
    select form.id as form from temporary_residents_temporaryform form
    join temporary_residents_formreturn said
        on said.form_id = form.id and said.organisation_id = form.destination_id
    """,
)
invariant(
    "temporary_residents.announced_within_a_day",
    "Each form with a clean file at a practice was announced within a day",
    """
    select form.id as form, form.arrived_at from temporary_residents_temporaryform form
    join files_storedfile file on file.id = form.file_id
    where form.state = 'waiting' and form.announced_at is null and file.state = 'clean'
      and form.arrived_at < now() - interval '1 day' and file.scanned_at < now() - interval '1 day'
    """,
)
