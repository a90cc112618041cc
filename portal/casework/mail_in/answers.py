"""What senders are told. The e-mails say that we have theirs and where to look, not what it was about (R10)."""

from __future__ import annotations

from portal.casework.messages import way_to_case
from portal.casework.models import Case
from portal.casework.policy import policy
from portal.foundation.outbox.queue import Email, text_email
from portal.foundation.web.addresses import absolute_address


def email_taken(case: Case, *, files_not_kept: int) -> Email:
    """To who wrote: your e-mail is this case. Without an account, with a link, which reaches the address's owner."""
    return text_email(
        "casework.email_taken",
        [case.opened_by_email],
        f"We have your e-mail: {case.reference}",
        about=case.reference,
        reference=case.reference,
        link=way_to_case(case),
        hours=policy().durations.link_hours if case.organisation is None else 0,
        files_not_kept=files_not_kept,
    )


def email_not_taken(address: str, reason: str) -> Email:
    """To who wrote: we could not use it, why, and what to do instead."""
    return text_email(
        "casework.email_not_taken",
        [address],
        "We could not use your e-mail",
        reason=reason,
        link=absolute_address("home:help"),
    )
