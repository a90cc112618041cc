"""No file waits for ever: a scanner that nobody configured, or that is down, is seen here."""

from portal.foundation.invariants import invariant

invariant(
    "files.leave_quarantine",
    "The virus scanner looks at every file within a day",
    """
    select reference, purpose, stored_at, scan_attempts, last_error
    from files_storedfile
    where state = 'quarantined' and stored_at < now() - interval '1 day'
    """,
)
