"""Writing into a case's thread: the part every service shares that adds a message."""

from __future__ import annotations

from portal.casework.models import Attachment, Case, Message
from portal.casework.reference import new_message_reference
from portal.foundation.access import Actor
from portal.foundation.files import CheckedUpload, store_upload


def say(
    actor: Actor,
    case: Case,
    body: str,
    *,
    side: str,
    internal: bool = False,
    upload: CheckedUpload | None = None,
    channel: str = "portal",
    email_message_id: str = "",
) -> Message:
    """Adds a message, with its file, to the locked case. The caller records the event and saves the case."""
    message = Message.objects.create(
        reference=new_message_reference(),
        case=case,
        side=side,
        author_id=actor.user_id,
        author_name=actor.name,
        body=body,
        internal=internal,
        channel=channel,
        email_message_id=email_message_id,
    )
    if upload is not None:
        Attachment.objects.create(
            case=case,
            message=message,
            stored_file=store_upload(upload, purpose="casework.attachment"),
            added_by_name=actor.name,
        )
    return message
