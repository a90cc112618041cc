"""The files of a request that is not sent yet: kept with the draft, handed to the case, or thrown away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from portal.casework.models import Attachment, Case, DraftFile, RequestDraft
from portal.foundation.files import CheckedUpload, StoredFile, store_upload


def keep_files(draft: RequestDraft, uploads: Mapping[str, CheckedUpload]) -> dict[str, str]:
    """Stores each upload in the place of an earlier one of its field; returns what the draft's answers say of them.

    For services that hold the draft's lock. ``answers[field]`` is the file's reference, ``field_name`` its name.
    """
    said: dict[str, str] = {}
    for field, upload in uploads.items():
        throw_away(DraftFile.objects.filter(draft=draft, field=field))
        stored = store_upload(upload, purpose="casework.attachment")
        DraftFile.objects.create(draft=draft, field=field, stored_file=stored)
        said |= {field: stored.reference, f"{field}_name": stored.name}
    return said


def hand_over(draft: RequestDraft, case: Case) -> None:
    """The files become those of the case's first text, where staff read them."""
    for kept in DraftFile.objects.filter(draft=draft).select_related("stored_file").order_by("id"):
        Attachment.objects.create(case=case, stored_file=kept.stored_file, added_by_name=case.opened_by_name)
        kept.delete()


def throw_away(kept: Iterable[DraftFile]) -> None:
    """Deletes the files' rows; their bytes go with the next sweep of the files folder."""
    for each in kept:
        stored_id = each.stored_file_id
        each.delete()
        StoredFile.objects.filter(pk=stored_id).delete()
