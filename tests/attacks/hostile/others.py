"""Files that are neither PDF, PNG nor JPEG, under names and declared types that say they are."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile

from portal.demo.scanner import EICAR
from portal.foundation.files.limits import MAXIMUM_UPLOAD
from portal.foundation.files.tests.making import pdf, picture


def archive(*names: str) -> bytes:
    """A ZIP file with these members; Word, Excel and Java files are such."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as file:
        for name in names:
            file.writestr(name, b"content of " + name.encode())
    return output.getvalue()


def _tar() -> bytes:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as file:
        file.addfile(tarfile.TarInfo("%PDF-1.4"), io.BytesIO())
    return output.getvalue()


def _tiff() -> bytes:
    return picture("TIFF")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><body><script>alert(document.cookie)</script></body></html>"

NOT_TAKEN: dict[str, bytes] = {
    "svg with a script": SVG,
    "svg behind an xml line": b'<?xml version="1.0"?>' + SVG,
    "page": HTML,
    "page in UTF-16": HTML.decode().encode("utf-16"),
    "page behind blanks": b" \n\t" + HTML,
    "page in an e-mail": b"MIME-Version: 1.0\nContent-Type: text/html\n\n" + HTML,
    "html application": b"<hta:application><script language=vbscript>x</script>",
    "xml with an outside entity": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "windows program": b"MZ\x90\x00" + b"\x00" * 60 + b"PE\x00\x00" + b"\x90" * 500,
    "linux program": b"\x7fELF\x02\x01\x01" + b"\x00" * 500,
    "mac program": b"\xcf\xfa\xed\xfe" + b"\x00" * 500,
    "java class": b"\xca\xfe\xba\xbe" + b"\x00" * 50,
    "web assembly": b"\x00asm\x01\x00\x00\x00",
    "windows shortcut": b"L\x00\x00\x00\x01\x14\x02\x00" + b"\x00" * 70,
    "batch file": b"@echo off\r\nformat c:\r\n",
    "shell script": b"#!/bin/sh\nrm -rf /\n",
    "php": b"<?php system($_GET['c']); ?>",
    "javascript": b"fetch('/staff/')",
    "python": b"import os\nos.system('id')\n",
    "flash": b"CWS\x0a" + b"\x00" * 40,
    "zip": archive("a.txt"),
    "empty zip": archive(),
    "word with a macro": archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    "excel with a macro": archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"),
    "java archive": archive("META-INF/MANIFEST.MF", "Evil.class"),
    "path in a zip": archive("../../../../etc/cron.d/evil"),
    "old word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512,
    "rich text with an object": b"{\\rtf1{\\object\\objemb\\objupdate}}",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file\n",
    "gzip bomb": gzip.compress(bytes(20_000_000)),
    "tar": _tar(),
    "rar": b"Rar!\x1a\x07\x01\x00" + b"\x00" * 50,
    "seven zip": b"7z\xbc\xaf\x27\x1c\x00\x04" + b"\x00" * 50,
    "cabinet": b"MSCF\x00\x00\x00\x00" + b"\x00" * 50,
    "gif": picture("GIF"),
    "gif that is a script": b"GIF89a/*" + b"\x00" * 20 + b"*/=1;alert(1)",
    "bitmap": picture("BMP"),
    "tiff": _tiff(),
    "webp": picture("WEBP"),
    "icon": b"\x00\x00\x01\x00\x01\x00\x10\x10" + b"\x00" * 50,
    "photoshop": b"8BPS\x00\x01" + b"\x00" * 50,
    "heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
    "avif": b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1",
    "jpeg 2000": b"\x00\x00\x00\x0cjP  \r\n\x87\n" + b"\x00" * 50,
    "film": b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 50,
    "sound": b"ID3\x03\x00" + b"\x00" * 50,
    "font": b"\x00\x01\x00\x00\x00\x0a" + b"\x00" * 50,
    "formulas": b"=cmd|' /C calc'!A0,1\r\n",
    "plain text": b"Please call me.",
    "eicar": EICAR,
    "nothing": b"",
    "one nought": b"\x00",
    "noughts": bytes(5000),
    "mark of order before a pdf": b"\xef\xbb\xbf" + pdf(),
    "lower case mark": b"%pdf-1.4\n%%EOF",
    "only the mark of a pdf": b"%PDF-",
    "only the mark of a png": b"\x89PNG\r\n\x1a\n",
    "only the mark of a jpeg": b"\xff\xd8\xff",
    "noughts behind the mark of a pdf": b"%PDF-1.7\n" + bytes(100_000) + b"\n%%EOF",
    "noise behind the mark of a jpeg": b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40,
    "noise behind the mark of a png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
    "a byte too many": b"%PDF-1.4\n" + b"%" * (MAXIMUM_UPLOAD + 1 - 15) + b"\n%%EOF",
    "thirty megabytes": b"%PDF-1.4\n" + b"%" * (30 * 1024 * 1024),
}

# Of files that are themselves honest.
NAMES = (
    "../../../../tmp/evil.pdf",
    "..\\..\\evil.pdf",
    "/etc/passwd",
    "C:\\Windows\\System32\\evil.dll",
    "%2e%2e%2fevil.pdf",
    "..%c0%afevil.pdf",
    "evil.pdf\x00.exe",
    "a\x00b.pdf",
    "\u202efdp.exe",
    "\u2066evil\u2069.pdf",
    "con.pdf",
    "NUL",
    "aux.png",
    "COM1.pdf",
    ".htaccess",
    "web.config",
    "evil.pdf.exe",
    "evil.exe.pdf",
    "evil.html",
    "evil.svg",
    "evil.php",
    "x" * 800,
    "x." + "y" * 800,
    "a" * 250 + ".pdf",
    "…" * 300,
    "\u200b",
    " ",
    "....pdf",
    "-rf .pdf",
    "$(id).pdf",
    "`id`.pdf",
    "a;id.pdf",
    "<script>alert(1)</script>.pdf",
    '"; filename="evil.exe',
    "a\r\nSet-Cookie: b=c.pdf",
    "'; drop table files;--.pdf",
    "{{ 7*7 }}.pdf",
    "%s%n.pdf",
    "=cmd|'/C calc'!A0.pdf",
    "／etc／passwd",
    "𝕏🤷.pdf",
    "ﬁle\ufeff.pdf",
    "e\u0301" * 200,
    "~root.pdf",
)
