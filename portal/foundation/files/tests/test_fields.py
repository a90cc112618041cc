"""What the field takes, what it keeps of it, and what it says when it does not take it."""

from __future__ import annotations

import io
import subprocess
from typing import Any

import pikepdf
import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.foundation.files import CheckedUpload, MultipleUploadField, UploadField, checking
from portal.foundation.files.limits import INSPECTION_MEMORY, MAXIMUM_UPLOAD
from portal.foundation.files.tests.making import pdf, picture
from portal.foundation.web.field_view import describe


class OneFile(forms.Form):
    """A form with one file."""

    letter = UploadField(label="Letter")


class SeveralFiles(forms.Form):
    """A form with several."""

    letters = MultipleUploadField(label="Letters", most=2)


def _sent(content: bytes, name: str = "letter.pdf") -> OneFile:
    return OneFile({}, {"letter": SimpleUploadedFile(name, content, content_type="text/html")})


def _taken(content: bytes, name: str = "letter.pdf") -> CheckedUpload:
    form = _sent(content, name)
    assert form.is_valid(), form.errors
    upload = form.cleaned_data["letter"]
    assert isinstance(upload, CheckedUpload)
    return upload


def _sentence(content: bytes, name: str = "letter.pdf") -> str:
    return str(_sent(content, name).errors["letter"][0])


def test_a_pdf_is_kept_with_its_pages_and_its_links() -> None:
    upload = _taken(pdf(pages=3))
    assert (upload.name, upload.content_type) == ("letter.pdf", "application/pdf")
    with pikepdf.open(io.BytesIO(upload.content)) as document:
        assert len(document.pages) == 3
        assert "example.org" in str(document.pages[0].Annots[0].A.URI)


def test_a_form_filled_in_stays_filled_in() -> None:
    document = pikepdf.open(io.BytesIO(pdf()))
    field = document.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="name", V="Ann"))
    document.Root.AcroForm = pikepdf.Dictionary(Fields=[field])
    output = io.BytesIO()
    document.save(output)
    with pikepdf.open(io.BytesIO(_taken(output.getvalue()).content)) as kept:
        assert str(kept.Root.AcroForm.Fields[0].V) == "Ann"


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_kept_as_what_can_be_seen(kind: str) -> None:
    upload = _taken(picture(kind), "letter.jpeg")
    image = Image.open(io.BytesIO(upload.content))
    assert (image.format, image.size) == (kind, (40, 30))
    dark, light = image.convert("L").getpixel((5, 15)), image.convert("L").getpixel((35, 15))
    assert dark < 40 < 240 < light


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_understood(mode: str) -> None:
    if mode == "I;16":
        output = io.BytesIO()
        Image.new("I;16", (4, 4), 65535).save(output, "PNG")
        content = output.getvalue()
    else:
        content = picture("PNG", mode=mode)
    image = Image.open(io.BytesIO(_taken(content).content))
    assert image.convert("L").getpixel((image.width - 1, 0)) > 240


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_kind_of_jpeg_is_understood(mode: str) -> None:
    image = Image.open(io.BytesIO(_taken(picture("JPEG", mode=mode), "a.jpg").content))
    assert image.convert("L").getpixel((38, 3)) > 240


def test_a_photograph_taken_upright_is_shown_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    image = Image.open(io.BytesIO(_taken(picture("JPEG", exif=exif), "a.jpg").content))
    assert image.size == (30, 40)
    assert dict(image.getexif()) == {}


def test_the_browser_s_word_on_the_type_counts_for_nothing_and_the_name_follows_the_bytes() -> None:
    assert _taken(picture(), "report.pdf").name == "report.png"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"%PDF-1.4\n" + b"x" * MAXIMUM_UPLOAD, "larger than 10 MB"),
        (b"hello", "must be a PDF, or a picture"),
        (b"PK\x03\x04 word", "Word, Excel or ZIP"),
        (b"\x00\x00\x00\x18ftypheic", "HEIC"),
        (pdf()[:-300], "cannot be read"),
        (pdf() + b"<html>", "goes on after its end"),
        (pdf(pages=301), "301 pages"),
    ],
)
def test_each_refusal_says_what_is_wrong_and_what_to_do(content: bytes, says: str) -> None:
    sentence = _sentence(content)
    assert says in sentence
    assert any(word in sentence for word in ("hoose", "end ", "ave "))


def test_a_file_must_be_chosen_where_one_is_needed() -> None:
    assert not OneFile({}, {}).is_valid()


def test_a_file_may_be_left_out_where_it_may() -> None:
    class Maybe(forms.Form):
        letter = UploadField(required=False)

    form = Maybe({}, {})
    assert form.is_valid()
    assert form.cleaned_data["letter"] is None


def _several(*files: tuple[str, bytes]) -> SeveralFiles:
    from django.utils.datastructures import MultiValueDict

    return SeveralFiles({}, MultiValueDict({"letters": [SimpleUploadedFile(name, data) for name, data in files]}))


def test_several_files_are_taken_in_their_order() -> None:
    form = _several(("a.pdf", pdf()), ("b.png", picture()))
    assert form.is_valid()
    assert [each.name for each in form.cleaned_data["letters"]] == ["a.pdf", "b.png"]


def test_of_several_files_the_wrong_one_is_named() -> None:
    form = _several(("a.pdf", pdf()), ("b.exe", b"MZ"))
    assert "b.exe: This is a program" in form.errors["letters"][0]


def test_too_many_files_are_refused_before_one_is_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.foundation.files.fields.inspect", _never)
    assert "Choose 2 files or fewer" in _several(*[("a.pdf", b"x")] * 3).errors["letters"][0]


def _never(*_: Any) -> Any:
    raise AssertionError("not to be called")


def test_the_field_is_a_file_upload_with_its_hint() -> None:
    one, several = describe(OneFile()["letter"]), describe(SeveralFiles()["letters"])
    assert (one.kind, one.multiple, several.multiple) == ("file", False, True)
    assert "up to 10 MB" in one.hint and "patient" in one.hint
    assert 'accept=".pdf,.png,.jpg,.jpeg"' in one.attributes


def test_whoever_looks_into_a_file_has_no_secret_and_cannot_write(tmp_path: Any) -> None:
    """The same process, asked by Python code instead of a file: what it may do when a library is taken over."""
    attempt = f"""
import os, sys
from portal.foundation.files.inspection.__main__ import give_up_rights
give_up_rights()
assert not [name for name in os.environ if "PORTAL" in name or "DATABASE" in name or "SECRET" in name]
try:
    bytearray({INSPECTION_MEMORY})
except MemoryError:
    print("memory")
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    with open({str(tmp_path / "dropped")!r}, "w") as file:
        file.write("x")
except OSError:
    print("files")
"""
    command = [*checking._COMMAND[:2], "-c", attempt]
    environment = {"PYTHONPATH": str(checking._PROJECT)}
    answer = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert answer.stdout.split() == ["memory", "files"]


def test_a_process_that_dies_or_hangs_is_the_files_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_COMMAND", ["sh", "-c", "kill -9 $$"])
    assert "takes too much to open" in _sentence(pdf())
    monkeypatch.setattr(checking, "_COMMAND", ["sh", "-c", "exec sleep 60"])
    monkeypatch.setattr(checking, "INSPECTION_PATIENCE", 0.2)
    assert "takes too much to open" in _sentence(pdf())


def test_without_a_free_process_somebody_is_asked_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_COMMAND", ["/nonexistent/python"])
    assert "in a minute" in _sentence(pdf())
