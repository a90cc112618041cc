"""Files for tests: small, honest ones. The hostile ones are made in tests/attacks."""

from __future__ import annotations

import io

from PIL import Image
from reportlab.pdfgen import canvas

from portal.foundation.files.fields import CheckedUpload
from portal.foundation.files.limits import PNG


def pdf(*, pages: int = 1, text: str = "Hello", link: str = "https://www.example.org/") -> bytes:
    """A PDF as programs write it, with a link to a web page."""
    output = io.BytesIO()
    drawing = canvas.Canvas(output)
    for _ in range(pages):
        drawing.drawString(100, 700, text)
        if link:
            drawing.linkURL(link, (100, 690, 200, 710))
        drawing.showPage()
    drawing.save()
    return output.getvalue()


def picture(kind: str = "PNG", *, size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object) -> bytes:
    """A picture whose left half is dark."""
    image = Image.new("L", size, 255)
    image.paste(20, (0, 0, size[0] // 2, size[1]))
    output = io.BytesIO()
    image.convert(mode).save(output, kind, **options)
    return output.getvalue()


def checked(name: str = "letter.png", content: bytes = b"") -> CheckedUpload:
    """What an UploadField gives, without asking it."""
    return CheckedUpload(name, PNG, content or picture())
