"""Every message reaches an end, or is on its way there (I15)."""

from portal.foundation.invariants import invariant
from portal.foundation.outbox.models import MAXIMUM_ATTEMPTS

invariant(
    "outbox.reaches_an_end",
    "An e-mail was sent, has failed for all to see, or will be tried again within hours",
    f"""
    select id, kind, about, state, attempts, due_at
    from outbox_outboxmessage
    where (state = 'waiting' and due_at > now() + interval '7 hours')
       or (state = 'waiting' and attempts >= {MAXIMUM_ATTEMPTS}
           and coalesce(leased_until, '-infinity') < now() - interval '1 hour')
       or (state = 'failed' and last_error = '')
       or (state = 'sent' and sent_at is null)
    """,  # noqa: S608  a constant of ours
)
