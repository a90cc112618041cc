"""PDFs: read strictly, looked through object by object, and written anew with what can be reached alone."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf

from portal.foundation.files.inspection.refusal import AGAIN, DAMAGED, TOO_HEAVY, FileRefused
from portal.foundation.files.limits import (
    MAXIMUM_OBJECTS,
    MAXIMUM_PAGES,
    MAXIMUM_STORED,
    MAXIMUM_UNPACKED,
    MAXIMUM_UNPACKED_STREAM,
    MAXIMUM_VALUES,
    MEGABYTE,
)

_SCRIPT = f"The PDF holds a script. {AGAIN}"
_STARTS = f"The PDF does something by itself when it is opened. {AGAIN}"
_ATTACHED = f"The PDF has another file attached to it. {AGAIN} Send the other file by itself."
_LEADS_OUT = f"The PDF opens something other than a web page. {AGAIN}"
_FORM = f"The PDF is a form of a kind that few programs can show (XFA). {AGAIN}"
_MOVES = f"The PDF holds sound, film or 3D. {AGAIN}"
_LOCKED = f"The PDF is protected, so it cannot be looked into. {AGAIN}"
_TRAILING = f"The PDF goes on after its end. {AGAIN}"

_KEYS = {
    "/JS": _SCRIPT,
    "/JavaScript": _SCRIPT,
    "/AA": _STARTS,
    "/EF": _ATTACHED,
    "/EmbeddedFiles": _ATTACHED,
    "/Collection": _ATTACHED,
    "/XFA": _FORM,
    "/RichMediaContent": _MOVES,
    "/RichMediaSettings": _MOVES,
}
_TYPES = {"/EmbeddedFile": _ATTACHED}
_ANNOTATIONS = {
    "/FileAttachment": _ATTACHED,
    "/RichMedia": _MOVES,
    "/Movie": _MOVES,
    "/Sound": _MOVES,
    "/Screen": _MOVES,
    "/3D": _MOVES,
}
# What may happen on a click. Anything else is refused wherever an action can stand.
_HARMLESS = {"/GoTo", "/Named", "/URI"}
_ACTIONS = {
    "/JavaScript": _SCRIPT,
    "/Launch": _LEADS_OUT,
    "/SubmitForm": _LEADS_OUT,
    "/ImportData": _LEADS_OUT,
    "/GoToR": _LEADS_OUT,
    "/GoToE": _ATTACHED,
    "/Thread": _LEADS_OUT,
    "/Rendition": _MOVES,
    "/Movie": _MOVES,
    "/Sound": _MOVES,
    "/RichMediaExecute": _MOVES,
    "/GoTo3DView": _MOVES,
}
_ADDRESS = re.compile(rb"(https?://|mailto:|tel:|www\.)", re.IGNORECASE)
_END = re.compile(rb"%%EOF[\x00\t\n\x0c\r ]{0,64}\Z")
_PACKED = {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"}


def rewritten(data: bytes) -> bytes:
    """The PDF with only the objects that its pages need. Raises FileRefused, MemoryError."""
    if not _END.search(data[-128:]):
        raise FileRefused(_TRAILING if b"%%EOF" in data else DAMAGED)
    pikepdf.settings.set_qpdf_limits(
        doc_max_warnings=20, parser_max_nesting=60, max_stream_filters=4, flate_max_memory=128 * MEGABYTE
    )
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False, suppress_warnings=True) as document:
            if document.is_encrypted:
                raise FileRefused(_LOCKED)
            check_structure(document)
            output = io.BytesIO()
            # Streams stay as they are: unpacking them here would be a bomb's chance, packing them hides from scanners.
            document.save(
                output,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                deterministic_id=True,
                fix_metadata_version=False,  # which would have an XML parser read the description
            )
    except pikepdf.PasswordError as error:
        raise FileRefused(_LOCKED) from error
    except (FileRefused, MemoryError):
        raise
    except RecursionError as error:
        raise FileRefused(TOO_HEAVY) from error
    except Exception as error:  # what a parser may raise at a hostile file has no end
        raise FileRefused(TOO_HEAVY if "memory" in str(error).lower() else DAMAGED) from error
    if output.tell() > MAXIMUM_STORED:
        raise FileRefused(TOO_HEAVY)
    return output.getvalue()


def check_structure(document: pikepdf.Pdf) -> None:
    """Looks at every object, also at those no page leads to. Raises FileRefused."""
    if len(document.objects) > MAXIMUM_OBJECTS:
        raise FileRefused(TOO_HEAVY)
    pages = len(document.pages)
    if pages == 0:
        raise FileRefused(DAMAGED)
    if pages > MAXIMUM_PAGES:
        raise FileRefused(f"The PDF has {pages} pages. Send {MAXIMUM_PAGES} or fewer, for example in two files.")
    _check_opening(document.Root)
    unpacked = 0
    for value in _dictionaries(document):
        _check_dictionary(value)
        if isinstance(value, pikepdf.Stream):
            unpacked += _unpacked_size(value)
            if unpacked > MAXIMUM_UNPACKED:
                raise FileRefused(TOO_HEAVY)


def _dictionaries(document: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary and stream of the file, each once; those inside others too."""
    seen = 0
    waiting: list[Any] = [document.trailer]
    for each in document.objects:
        waiting.append(each)
        while waiting:
            value = waiting.pop()
            if isinstance(value, pikepdf.Array):
                inner: Any = list(value)  # type: ignore[call-overload]
            elif isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
                yield value
                inner = [each for _, each in value.items()]
            else:
                continue
            seen += len(inner)
            if seen > MAXIMUM_VALUES:
                raise FileRefused(TOO_HEAVY)
            waiting += [
                part for part in inner if isinstance(part, (pikepdf.Array, pikepdf.Dictionary)) and not part.is_indirect
            ]


def _check_opening(root: Any) -> None:
    """Opening may lead to a place in the document, to nothing else."""
    opening = root.get("/OpenAction")
    if opening is None or isinstance(opening, pikepdf.Array):
        return
    if not isinstance(opening, pikepdf.Dictionary) or str(opening.get("/S", "")) != "/GoTo" or "/Next" in opening:
        raise FileRefused(_STARTS)


def _check_dictionary(value: Any) -> None:
    for key in value.keys():  # noqa: SIM118  a PDF's dictionary is not a mapping
        if key in _KEYS:
            raise FileRefused(_KEYS[key])
    if isinstance(value, pikepdf.Stream) and ("/F" in value or "/FFilter" in value):
        raise FileRefused(_LEADS_OUT)  # its bytes would lie in another file
    kind, annotation, action = (_name(value, key) for key in ("/Type", "/Subtype", "/S"))
    for found, table in ((kind, _TYPES), (annotation, _ANNOTATIONS), (action, _ACTIONS)):
        if found in table:
            raise FileRefused(table[found])
    for key in ("/A", "/PA", "/Next"):
        _check_click(value.get(key))
    if "/URI" in value and kind != "/Catalog" and not _ADDRESS.match(_bytes_of(value["/URI"])):
        raise FileRefused(_LEADS_OUT)


def _check_click(action: Any) -> None:
    """What a click does, where there is an action at all: a structure's attributes stand under the same key."""
    actions = list(action) if isinstance(action, pikepdf.Array) else [action]  # type: ignore[call-overload]
    for each in actions:
        if isinstance(each, pikepdf.Dictionary) and (name := _name(each, "/S")) and name not in _HARMLESS:
            raise FileRefused(_ACTIONS.get(name, _LEADS_OUT))


def _name(value: Any, key: str) -> str:
    found = value.get(key)
    return str(found) if isinstance(found, pikepdf.Name) else ""


def _bytes_of(value: Any) -> bytes:
    return bytes(value).strip() if isinstance(value, pikepdf.String) else b""


def _unpacked_size(stream: Any) -> int:
    """How many bytes a packed stream holds, without ever holding them. Raises FileRefused above the limit.

    Packing twice is how a few bytes become gigabytes; no program that people use does it.
    """
    filters = stream.get("/Filter")
    names = [str(each) for each in filters] if isinstance(filters, pikepdf.Array) else [str(filters or "")]
    packed = [name for name in names if name in _PACKED]
    if len(packed) > 1:
        raise FileRefused(TOO_HEAVY)
    if names[0] not in {"/FlateDecode", "/Fl"}:
        return 0
    return _inflated_size(stream.read_raw_bytes())


def _inflated_size(raw: bytes) -> int:
    inflating, size = zlib.decompressobj(), 0
    try:
        while raw and not inflating.eof:
            size += len(inflating.decompress(raw, MEGABYTE))
            raw = inflating.unconsumed_tail
            if size > MAXIMUM_UNPACKED_STREAM:
                raise FileRefused(TOO_HEAVY)
    except zlib.error:
        return size  # a damaged picture inside a PDF is shown as damaged, and does no harm
    return size
