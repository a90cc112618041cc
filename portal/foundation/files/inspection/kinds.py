"""What a file is, by its first bytes; and whether it is something else as well."""

from __future__ import annotations

import io
import zipfile

from portal.foundation.files.inspection.refusal import TWO_KINDS, FileRefused
from portal.foundation.files.limits import JPEG, PDF, PNG

_FIRST_BYTES = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}
_NOT_TAKEN = "The file must be a PDF, or a picture in PNG or JPEG. Save it as one of these and choose it again."
_KNOWN = {
    b"PK\x03\x04": "This is a Word, Excel or ZIP file. Save the document as a PDF and choose that.",
    b"PK\x05\x06": "This is a ZIP file. Take the documents out and choose them one by one.",
    b"\xd0\xcf\x11\xe0": "This is an older Word or Excel file. Save it as a PDF and choose that.",
    b"MZ": "This is a program, and programs are not taken. Choose a PDF, PNG or JPEG.",
    b"\x7fELF": "This is a program, and programs are not taken. Choose a PDF, PNG or JPEG.",
    b"GIF8": "This is a GIF picture. Save it as PNG and choose that.",
    b"BM": "This is a bitmap picture. Save it as PNG and choose that.",
    b"II*\x00": "This is a TIFF picture. Save it as a PDF or PNG and choose that.",
    b"MM\x00*": "This is a TIFF picture. Save it as a PDF or PNG and choose that.",
}
# Marks of formats that read a file from anywhere but its beginning.
_ELSEWHERE = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_MARKUP = (b"<html", b"<script", b"<!doctype", b"<svg", b"<body", b"<iframe", b"<?php", b"<hta:", b"#!/")
_AT = {257: b"ustar", 0x8001: b"CD001"}
HEAD = 1024


def kind_of(data: bytes) -> str:
    """The type of the file by its first bytes. Raises FileRefused for any other than PDF, PNG and JPEG.

    A PDF has to begin at the first byte: readers that look for its mark further in are what polyglots live on.
    """
    for mark, kind in _FIRST_BYTES.items():
        if data.startswith(mark):
            return kind
    if data[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"}:
        raise FileRefused("This picture is in a phone's own format (HEIC). Save it as JPEG and choose that.")
    for mark, sentence in _KNOWN.items():
        if data.startswith(mark):
            raise FileRefused(sentence)
    raise FileRefused(_NOT_TAKEN)


def refuse_second_kind(data: bytes) -> None:
    """Raises FileRefused when a program would also take the file for an archive or a page.

    Pictures are written anew, which leaves nothing of this; a PDF keeps its streams, so it is asked twice.
    """
    head = data[:HEAD].lower()
    if any(mark in head for mark in _MARKUP) or any(mark in data for mark in _ELSEWHERE):
        raise FileRefused(TWO_KINDS)
    if any(data[place : place + len(mark)] == mark for place, mark in _AT.items()):
        raise FileRefused(TWO_KINDS)
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise FileRefused(TWO_KINDS)
