"""Hostile files through a real form: each is refused with a sentence, or kept without what made it hostile (V5).

Nothing is kept outside the files folder, no file stays without its row, nothing is shown in a browser, no page
breaks, and what was typed beside the file is still there. At the end, each control is switched off and the
attack it stops is seen to succeed.
"""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django import forms
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.template import engines
from django.test import Client
from django.urls import include, path
from django.utils.html import escape
from PIL import Image

from portal.demo.scanner import EICAR, EicarOnly
from portal.foundation.files import StoredFile, UploadField, checking, private_download, store_upload, vault
from portal.foundation.files.inspection import __main__ as looking
from portal.foundation.files.inspection import images
from portal.foundation.files.inspection import pdf as pdfs_looked_into
from portal.foundation.files.inspection.refusal import FileRefused
from portal.foundation.files.scanners import Verdict
from portal.foundation.files.scanning import scan_quarantined
from portal.foundation.files.tests.making import pdf, picture
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.testing import lint_page
from portal.foundation.web.views import PublicView
from tests.attacks.hostile import others, pdfs, pictures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
TYPED = "Please add this to our file & call <me> back"
SLOWEST = 40.0  # seconds of the processor for one file; the corpus is made to take minutes


class LetterForm(forms.Form):
    """A note and a file."""

    note = forms.CharField(max_length=200, label="Note")
    letter = UploadField(label="Letter")


class SendLetter(FormPage, PublicView):
    """A page as features write them, without a feature."""

    form_class = LetterForm
    template = "tests/send_letter"
    _PAGE = """{% extends "layouts/public.html.jinja" %}{% import "components/form.html.jinja" as form_parts %}
    {% block title %}Send a letter{% endblock %}{% block heading %}Send a letter{% endblock %}
    {% block main %}{{ form_parts.open(csrf_input, submission=submission, files=true) }}{{ form }}
    {{ form_parts.button("Send") }}</form>{% endblock %}"""

    def page(self, template: str, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
        """The template above, or an error page."""
        if template != self.template:
            return super().page(template, context, status=status)
        written = (
            engines["jinja2"].from_string(self._PAGE).render({"actor": self.actor, **(context or {})}, self.request)
        )
        return HttpResponse(written, status=status)

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Stores the letter."""
        with transaction.atomic():
            row = store_upload(form.cleaned_data["letter"], purpose="tests.letter")
        return HttpResponseRedirect(f"/tests/letter/{row.reference}/")


class Letter(PublicView):
    """Hands the letter out."""

    def get(self, request: Any, reference: str) -> HttpResponse:
        return private_download(StoredFile.objects.get(reference=reference))


handler400 = "portal.foundation.web.errors.bad_request"
urlpatterns = [
    path("tests/send/", SendLetter.as_view()),
    path("tests/letter/<reference>/", Letter.as_view()),
    path("", include("portal.config.urls")),
]


@dataclass(frozen=True)
class Hostile:
    """One file of the corpus. ``kept`` says what must become of it; None where either will do."""

    title: str
    content: bytes
    kept: bool | None
    name: str = "letter.pdf"
    declared: str = "application/pdf"


def _corpus() -> Iterator[Hostile]:
    ways = (("letter.pdf", "application/pdf"), ("scan.png", "image/png"), ("photo.jpg", "image/jpeg"))
    for number, (title, content) in enumerate(others.NOT_TAKEN.items()):
        yield Hostile(title, content, False, *ways[number % 3])
    for title, content in pictures.MUST_GO.items():
        yield Hostile(title, content, False, "scan.png", "image/png")
    for title, content in pictures.MUST_BE_CLEANED.items():
        yield Hostile(title, content, True, "photo.jpg.exe", "text/html")
    for title, content in pdfs.MUST_GO.items():
        yield Hostile(title, content, False)
    for title, content in pdfs.KEPT.items():
        yield Hostile(title, content, True, declared="image/svg+xml")
    for number, name in enumerate(others.NAMES):
        # Some names break the form's own encoding, and then there is no file: also an answer.
        yield Hostile(f"named {name[:30]!r}", pdf(text=f"Letter {number}"), None, name)
    yield Hostile("named with an NHS number", pdf(text="NHS"), False, "943 476 5919.pdf")


CORPUS = list(_corpus())


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of this test; nothing else of it may be written."""
    settings.ROOT_URLCONF = __name__
    settings.MEDIA_ROOT, settings.UPLOAD_FOLDER = tmp_path / "data" / "files", tmp_path / "data" / "uploads"
    # By the clock on the wall a busy machine refuses a good file; the time of the processor is counted all the same.
    monkeypatch.setattr(checking, "INSPECTION_PATIENCE", 600)
    return tmp_path


def _send(hostile: Hostile) -> Any:
    """Posts the form as a rude client would: the name's bytes as they are."""
    name = hostile.name.encode("utf-8", "surrogatepass").replace(b'"', b"%22")
    body = (
        b'--edge\r\nContent-Disposition: form-data; name="note"\r\n\r\n' + TYPED.encode() + b"\r\n"
        b'--edge\r\nContent-Disposition: form-data; name="letter"; filename="' + name + b'"\r\n'
        b"Content-Type: " + hostile.declared.encode() + b"\r\n\r\n" + hostile.content + b"\r\n--edge--\r\n"
    )
    client = Client(raise_request_exception=False)
    return client.post("/tests/send/", data=body, content_type="multipart/form-data; boundary=edge")


def _processor_seconds() -> float:
    """Of this process and of those that looked into files for it."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _below(folder: Path) -> set[str]:
    return {str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file()}


def test_the_corpus_is_large_and_no_two_are_the_same_bytes() -> None:
    assert len({hashlib.sha256(each.content).digest() for each in CORPUS}) == len(CORPUS) > 200
    assert sum(each.kept is False for each in CORPUS) > 150


@pytest.mark.parametrize("hostile", CORPUS, ids=[f"{number} {each.title}" for number, each in enumerate(CORPUS)])
def test_a_hostile_file_is_refused_with_a_sentence_or_kept_without_its_teeth(hostile: Hostile, folders: Path) -> None:
    before = _processor_seconds()
    answer = _send(hostile)
    assert _processor_seconds() - before < SLOWEST
    rows = list(StoredFile.objects.all())
    # In the files folder, under our names, one for each row; nothing is left in the folder for uploads.
    assert _below(folders) == {f"data/files/{row.stored_name[:2]}/{row.stored_name}" for row in rows}
    if answer.status_code == 422:
        assert hostile.kept is not True, answer.content.decode()
        assert rows == []
        _is_a_sentence(answer)
    else:
        assert answer.status_code == 302
        assert hostile.kept is not False
        (row,) = rows
        _has_no_teeth(row, hostile)
        _is_never_shown(row, answer["Location"])


def _is_a_sentence(answer: Any) -> None:
    page = answer.content.decode()
    assert lint_page(page, path="/tests/send/") == []
    assert f'value="{escape(TYPED)}"' in page or escape(TYPED).replace("&#x27;", "'") in page
    _, _, error = page.partition('id="id_letter-error">')
    sentence = error.partition("</span>")[2].partition("</span>")[0].strip()
    assert sentence.endswith(".")
    assert any(word in sentence for word in ("Choose", "choose", "Save", "Send", "Take"))


def _has_no_teeth(row: StoredFile, hostile: Hostile) -> None:
    kept = vault.path_of(row.stored_name).read_bytes()
    assert row.state == "quarantined"
    assert kept != hostile.content
    assert row.name.rpartition(".")[2] in {"pdf", "png", "jpg"}
    assert not set(row.name) & set('/\\\x00\r\n\u202e\u2066"<>$`')
    if row.content_type != "application/pdf":
        assert [payload for payload in pictures.PAYLOADS if payload in kept] == []
        image = Image.open(io.BytesIO(kept))
        assert image.width * image.height <= 25_000_000
        assert len(image.getexif()) == 0
    else:
        with pikepdf.open(io.BytesIO(kept), attempt_recovery=False) as document:
            assert document.check_pdf_syntax() == []
        assert not zipfile.is_zipfile(io.BytesIO(kept))


def _is_never_shown(row: StoredFile, address: str) -> None:
    client = Client(raise_request_exception=False)
    waiting = client.get(address)
    assert waiting.status_code == 409
    assert "being checked for viruses" in waiting.content.decode()
    assert scan_quarantined(scanner=EicarOnly()) == 1
    row.refresh_from_db()
    scanned = client.get(address)
    if row.state == "refused":
        assert scanned.status_code == 409
        assert EICAR not in scanned.content
        return
    assert scanned.status_code == 200
    assert scanned["Content-Disposition"].startswith("attachment; filename")
    assert scanned["Content-Type"] in {"application/pdf", "image/png", "image/jpeg"}
    assert scanned["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in scanned["Content-Security-Policy"]
    assert scanned["Cache-Control"] == "no-store"
    assert hashlib.sha256(scanned.content).hexdigest() == row.sha256


@pytest.mark.parametrize("title", list(pdfs.KEPT)[:2])
def test_eicar_in_a_pdf_never_leaves_quarantine_for_anybody(title: str) -> None:
    assert _send(Hostile(title, pdfs.KEPT[title], True)).status_code == 302
    scan_quarantined(scanner=EicarOnly())
    assert StoredFile.objects.get().state == "refused"


# From here on: each control taken out, and the attack it stops.


def test_without_the_look_at_its_structure_a_pdf_keeps_its_script(monkeypatch: pytest.MonkeyPatch) -> None:
    attack = pdfs.MUST_GO["a script on opening"]
    with pytest.raises(FileRefused):
        looking.look_into(attack)
    monkeypatch.setattr(pdfs_looked_into, "check_structure", lambda document: None)
    with pikepdf.open(io.BytesIO(looking.look_into(attack)[1])) as document:
        assert str(document.Root.OpenAction.JS) == "app.alert(1)"


def test_without_the_count_of_unpacked_bytes_a_bomb_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    attack = pdfs.MUST_GO["a page packed twice"]
    with pytest.raises(FileRefused):
        looking.look_into(attack)
    monkeypatch.setattr(pdfs_looked_into, "_unpacked_size", lambda stream: 0)
    assert looking.look_into(attack)[0] == "application/pdf"


def test_without_the_look_for_a_second_kind_a_pdf_is_an_archive_too(monkeypatch: pytest.MonkeyPatch) -> None:
    attack = pdfs.MUST_GO["a zip inside"]
    with pytest.raises(FileRefused):
        looking.look_into(attack)
    monkeypatch.setattr(looking, "refuse_second_kind", lambda data: None)
    kept = looking.look_into(attack)[1]
    assert zipfile.ZipFile(io.BytesIO(kept)).namelist() == ["evil.exe"]


def test_without_the_first_byte_rule_a_page_before_a_pdf_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    attack = others.HTML + pdf()
    with pytest.raises(FileRefused):
        looking.look_into(attack)
    monkeypatch.setattr(looking, "kind_of", lambda data: "application/pdf")
    monkeypatch.setattr(looking, "refuse_second_kind", lambda data: None)
    assert looking.look_into(attack)[0] == "application/pdf"


def test_without_writing_anew_a_picture_keeps_its_script_its_place_and_what_is_behind_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    photograph = pictures.MUST_BE_CLEANED["a script and a place in a jpeg"]
    double = pictures.MUST_BE_CLEANED["a zip behind a png"]
    assert pictures.SCRIPT not in looking.look_into(photograph)[1]
    monkeypatch.setattr(looking, "written_anew", lambda data, kind: data)
    assert pictures.SCRIPT in looking.look_into(photograph)[1]
    assert pictures.PLACE in looking.look_into(photograph)[1]
    assert zipfile.is_zipfile(io.BytesIO(looking.look_into(double)[1]))


def test_without_the_cap_on_pixels_a_few_bytes_become_many(monkeypatch: pytest.MonkeyPatch) -> None:
    attack = pictures.MUST_GO["a line too many"]
    with pytest.raises(FileRefused, match="too large"):
        images.written_anew(attack, "image/png")
    monkeypatch.setattr(images, "MAXIMUM_PIXELS", 10**12)
    assert Image.open(io.BytesIO(images.written_anew(attack, "image/png"))).size == (5000, 5001)


def test_without_quarantine_a_virus_is_handed_out() -> None:
    """A scanner that finds nothing stands for one that is never asked."""

    class Blind(EicarOnly):
        def scan(self, content: bytes) -> Verdict:
            return Verdict()

    address = _send(Hostile("eicar", pdfs.KEPT["eicar in its description"], True))["Location"]
    assert EICAR not in Client().get(address).content
    scan_quarantined(scanner=Blind())
    assert EICAR in Client().get(address).content


def test_a_name_longer_than_a_forms_head_may_be_gets_the_page_for_a_bad_request(folders: Path) -> None:
    answer = _send(Hostile("five thousand letters", pdf(), None, "x" * 5000))
    assert answer.status_code == 400
    assert lint_page(answer.content.decode(), path="/tests/send/") == []
    assert _below(folders) == set()


def test_with_djangos_own_upload_handler_a_long_extension_breaks_the_page(settings: Any) -> None:
    attack = Hostile("long extension", pdf(), None, "x." + "y" * 800)
    assert _send(attack).status_code in {302, 422}
    settings.FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
    assert _send(attack).status_code == 500


def test_an_upload_beyond_the_limit_fills_no_disk(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.foundation.files import receiving

    written: list[int] = []
    original = receiving.BoundedUploadHandler.file_complete

    def measure(self: Any, file_size: int) -> Any:
        self.file.seek(0, io.SEEK_END)
        written.append(self.file.tell())
        return original(self, file_size)

    monkeypatch.setattr(receiving.BoundedUploadHandler, "file_complete", measure)
    assert _send(Hostile("30 MB", others.NOT_TAKEN["thirty megabytes"], False)).status_code == 422
    monkeypatch.setattr(receiving, "MAXIMUM_UPLOAD", 10**9)  # the control taken out
    _send(Hostile("30 MB", others.NOT_TAKEN["thirty megabytes"], False))
    assert written[0] == 10 * 1024 * 1024 + 1
    assert written[1] > 30 * 1024 * 1024


def test_an_honest_file_still_gets_through() -> None:
    for content in (pdf(pages=3), picture(), picture("JPEG")):
        assert _send(Hostile("honest", content, True)).status_code == 302
