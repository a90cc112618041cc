"""Hostile pictures. ``MUST_GO`` are refused; ``MUST_BE_CLEANED`` are kept, and nothing of ``PAYLOADS`` with them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image, PngImagePlugin

from portal.demo.scanner import EICAR
from portal.foundation.files.tests.making import pdf, picture
from tests.attacks.hostile.others import HTML, archive

SCRIPT = b"<script>alert(1)</script>"
PHP = b"<?php system('id'); ?>"
PLACE = b"51.501364, -0.141890"
PAYLOADS = (
    SCRIPT,
    PHP,
    PLACE,
    EICAR,
    b"alert(document.cookie)",
    b"PK\x05\x06",
    b"This program cannot",
    b"%PDF-",
    b"GPS",
)
_PROGRAM = b"MZ\x90\x00This program cannot be run in DOS mode"


def chunk(kind: bytes, data: bytes, *, right: bool = True) -> bytes:
    """One chunk of a PNG, with a check sum that is right or not."""
    check = zlib.crc32(kind + data) ^ (0 if right else 1)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def png(width: int, height: int, packed: bytes, *before: bytes, colours: int = 0, depth: int = 8) -> bytes:
    """A PNG with this head and these packed rows, whatever fits together or not."""
    head = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(before) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def _rows(width: int, height: int) -> bytes:
    return zlib.compress(bytes((width + 1) * height))


def _with_chunks(*chunks: bytes) -> bytes:
    return png(8, 8, _rows(8, 8), *chunks)


def _jpeg(**options: Any) -> bytes:
    return picture("JPEG", **options)


def _segment(mark: int, data: bytes) -> bytes:
    return bytes([0xFF, mark]) + struct.pack(">H", len(data) + 2) + data


def _jpeg_with(*segments: bytes) -> bytes:
    whole = _jpeg()
    return whole[:2] + b"".join(segments) + whole[2:]


def _animated() -> bytes:
    output = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue", "green")]
    frames[0].save(output, "PNG", save_all=True, append_images=frames[1:])
    return output.getvalue()


def _several_in_one() -> bytes:
    output = io.BytesIO()
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    frames[0].save(output, "MPO", save_all=True, append_images=frames[1:])
    return output.getvalue()


def _giant_jpeg(width: int, height: int) -> bytes:
    whole = bytearray(_jpeg(mode="L"))
    place = whole.index(b"\xff\xc0")
    whole[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(whole)


def _exif(*, turned: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = turned
    exif[0x010E] = SCRIPT.decode()
    exif[0x9286] = PHP.decode()
    exif.get_ifd(0x8825)[29] = PLACE.decode()
    return exif


def _noted() -> PngImagePlugin.PngInfo:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SCRIPT.decode())
    notes.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{SCRIPT.decode()}</x:xmpmeta>", zip=True)
    return notes


_BOMB = zlib.compress(bytes(100_000_000), 9)

MUST_GO: dict[str, bytes] = {
    "50,000 by 50,000 pixels": png(50_000, 50_000, _rows(8, 8)),
    "50,000 by 50,000 pixels and all their bytes": png(50_000, 50_000, zlib.compress(bytes(313_000_000), 1), depth=1),
    "a line too many": png(5000, 5001, _rows(5000, 5001)),
    "two thousand million pixels wide": png(2**31 - 1, 1, _rows(8, 8)),
    "no pixel wide": png(0, 8, _rows(8, 8)),
    "a size below nought": png(2**32 - 1, 2**32 - 1, _rows(8, 8)),
    "rows that end early": png(800, 800, _rows(8, 8)),
    "rows that are not packed": png(8, 8, b"no zlib at all"),
    "a wrong check sum": _with_chunks(chunk(b"tEXt", b"a\x00b")).replace(b"IHDR", b"IHDR\x00", 1),
    "a chunk that says it has four gigabytes": _with_chunks(struct.pack(">I", 2**32 - 1) + b"tEXt"),
    "a note that unpacks to 100 MB": _with_chunks(chunk(b"zTXt", b"a\x00\x00" + _BOMB)),
    "a note in Unicode that unpacks to 100 MB": _with_chunks(chunk(b"iTXt", b"a\x00\x01\x00\x00\x00" + _BOMB)),
    "a hundred notes of a megabyte": _with_chunks(
        *[chunk(b"zTXt", b"%d\x00\x00" % each + zlib.compress(bytes(1_000_000))) for each in range(100)]
    ),
    "a colour profile that unpacks to 100 MB": _with_chunks(chunk(b"iCCP", b"a\x00\x00" + _BOMB)),
    "a png cut in half": picture("PNG", size=(300, 300))[:200],
    "colours without a table": png(8, 8, _rows(8, 8), colours=7),
    "a picture that moves": _animated(),
    "a jpeg of 65,500 by 65,500": _giant_jpeg(65_500, 65_500),
    "a jpeg cut in half": _jpeg(size=(300, 300))[:700],
    "a jpeg without a picture": b"\xff\xd8" + _segment(0xFE, SCRIPT) + b"\xff\xd9",
}

MUST_BE_CLEANED: dict[str, bytes] = {
    "rows and 100 MB more": png(8, 8, _BOMB),
    "a script in a note": picture("PNG", pnginfo=_noted()),
    "a script in a plain note": _with_chunks(chunk(b"tEXt", b"Comment\x00" + SCRIPT)),
    "php in a colour table": _with_chunks(chunk(b"PLTE", PHP.ljust(24))),
    "five megabytes of notes": _with_chunks(*[chunk(b"prVt", bytes(1_000_000) + bytes([each])) for each in range(5)]),
    "a place in a png": picture("PNG", exif=_exif()),
    "eicar in a png": _with_chunks(chunk(b"tEXt", b"Comment\x00" + EICAR)),
    "eicar behind a png": picture() + EICAR,
    "a zip behind a png": picture() + archive("evil.js"),
    "a page behind a png": picture() + HTML,
    "a program behind a png": picture() + _PROGRAM,
    "a pdf behind a png": picture() + pdf(),
    "a second png behind a png": picture() + picture(size=(9, 9)),
    "a script and a place in a jpeg": _jpeg(exif=_exif()),
    "a script in a jpeg's XMP": _jpeg_with(_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + SCRIPT)),
    "php in a jpeg's comment": _jpeg(comment=PHP),
    "eicar in a jpeg's comment": _jpeg(comment=EICAR),
    "a page in a jpeg's head": _jpeg_with(_segment(0xE0, HTML)),
    "a megabyte of colour profile": _jpeg(icc_profile=SCRIPT * 40_000),
    "a hundred notes in a jpeg": _jpeg_with(*[_segment(0xED, SCRIPT * 2000)] * 100),
    "an exif that is broken": _jpeg_with(_segment(0xE1, b"Exif\x00\x00II*\x00\xff\xff\xff\xff" + SCRIPT)),
    "a turned photograph with a place": _jpeg(exif=_exif(turned=8)),
    "a zip behind a jpeg": _jpeg() + archive("evil.vbs"),
    "a page behind a jpeg": _jpeg() + HTML,
    "a program behind a jpeg": _jpeg() + _PROGRAM,
    "a pdf behind a jpeg": _jpeg() + pdf(),
    "eicar behind a jpeg": _jpeg() + EICAR,
    "a jpeg that says it is large": _giant_jpeg(4000, 4000),
    "several pictures in one jpeg": _several_in_one(),
    "25 million pixels in a few bytes": png(5000, 5000, _rows(5000, 5000)),
    "25 million pixels in a line": png(25_000_000, 1, _rows(25_000_000, 1)),
}
