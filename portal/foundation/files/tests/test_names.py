"""The name a file is shown under."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.foundation.files.inspection.refusal import FileRefused
from portal.foundation.files.limits import JPEG, PDF, PNG
from portal.foundation.files.names import holds_nhs_number, shown_name


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("Letter to Dr O Neil (final).PDF", "Letter to Dr O Neil (final).pdf"),
        ("invoice.pdf.exe", "invoice.pdf"),
        ("invoice.exe.pdf", "invoice-exe.pdf"),
        ("Closing plan v1.2 draft.pdf", "Closing plan v1.2 draft.pdf"),
        ("../../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Ann\\scan 1.pdf", "scan 1.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.pdf"),
        ("a\x00b\r\nSet-Cookie: x.pdf", "ab Set-Cookie- x.pdf"),
        ("con.pdf", "file con.pdf"),
        ("NUL", "file NUL.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("Letter v1.2", "Letter v1.2.pdf"),
        ("a.b.c.pdf.pdf", "a-b-c.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        ("<script>alert(1)</script>.pdf", "script.pdf"),
        ("x" * 5000, "x" * 80 + ".pdf"),
        ("Übergabe Żółw 報告.pdf", "Übergabe Żółw 報告.pdf"),
    ],
)
def test_a_name_becomes_plain(given_name: str, shown: str) -> None:
    assert shown_name(given_name, PDF) == shown


@given(some.text(max_size=300), some.sampled_from([PDF, PNG, JPEG]))
def test_no_name_can_be_a_path_a_header_or_another_type(name: str, kind: str) -> None:
    try:
        shown = shown_name(name, kind)
    except FileRefused:
        assert holds_nhs_number(name) or re.search("[^ -~]", name)
        return
    assert re.fullmatch(r"[^/\\\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\"<>]{1,100}\.(pdf|png|jpg)", shown)
    assert not re.search(r"\.(exe|html|svg|js|bat|com|pif|scr)(\.|$)", shown, re.IGNORECASE)
    assert not holds_nhs_number(shown)
    assert shown_name(shown, kind) == shown


@pytest.mark.parametrize("name", ["943 476 5919.pdf", "scan-943-476-5919.png", "9434765919", "Ann_943.476.5919_b.pdf"])
def test_a_name_with_an_nhs_number_is_refused(name: str) -> None:
    with pytest.raises(FileRefused, match="NHS number"):
        shown_name(name, PDF)


@pytest.mark.parametrize("name", ["9434765918.pdf", "01632960000 fax.pdf", "1111111111.pdf", "94347659190.pdf"])
def test_other_numbers_are_not(name: str) -> None:
    assert shown_name(name, PDF) == name
