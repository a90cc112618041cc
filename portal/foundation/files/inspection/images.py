"""Pictures: decoded and written anew, so that only what can be seen is left."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from portal.foundation.files.inspection.refusal import DAMAGED, FileRefused
from portal.foundation.files.limits import JPEG, MAXIMUM_PIXELS, MAXIMUM_STORED

_QUALITY = 90


def written_anew(data: bytes, kind: str) -> bytes:
    """The picture without anything but its pixels: no EXIF, place, comment, colour profile or trailing bytes.

    It is turned as its camera said. Raises FileRefused for one that is too large, animated or damaged.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own cap below is the lower one
            picture = Image.open(io.BytesIO(data), formats=["JPEG" if kind == JPEG else "PNG"])
        _check_size(picture)
        if kind != JPEG and getattr(picture, "n_frames", 1) > 1:
            raise FileRefused("The picture is animated. Save one picture of it as PNG and choose that.")
        picture.load()  # of a phone's JPEG with several pictures, the first
        _turn_upright(picture)
        output = io.BytesIO()
        _plain(picture, kind).save(output, "JPEG" if kind == JPEG else "PNG", **_options(kind))
    except (FileRefused, MemoryError):
        raise
    except Exception as error:  # what a decoder may raise at a hostile file has no end
        raise FileRefused(DAMAGED) from error
    if output.tell() > MAXIMUM_STORED:
        raise FileRefused("The picture has too much detail. Save it as JPEG, or smaller, and choose that.")
    return output.getvalue()


def _check_size(picture: Image.Image) -> None:
    """Before a single pixel is decoded: the size stands in the file's head."""
    width, height = picture.size
    if width * height > MAXIMUM_PIXELS:
        raise FileRefused(
            f"The picture is {width:,} by {height:,} pixels, which is too large. "
            f"Save it with {MAXIMUM_PIXELS // 1_000_000} million pixels or fewer and choose that."
        )


def _turn_upright(picture: Image.Image) -> None:
    try:
        ImageOps.exif_transpose(picture, in_place=True)
    except Exception:  # an unreadable note of the camera is no reason to refuse a picture that can be seen
        return


def _plain(picture: Image.Image, kind: str) -> Image.Image:
    """The picture in a mode its format holds, and without its side notes, which ``save`` would write again."""
    if picture.mode.startswith("I"):  # 16 bits of grey
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    see_through = "transparency" in picture.info or picture.mode in {"LA", "PA", "RGBA", "La", "RGBa"}
    allowed = {"1", "L", "RGB"} if kind == JPEG else {"1", "L", "LA", "RGB", "RGBA"}
    if picture.mode not in allowed or "transparency" in picture.info:
        picture = picture.convert("RGBA" if see_through and kind != JPEG else "RGB")
    picture.info = {}
    return picture


def _options(kind: str) -> dict[str, int]:
    return {"quality": _QUALITY} if kind == JPEG else {"compress_level": 6}
