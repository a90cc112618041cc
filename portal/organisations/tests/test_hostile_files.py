"""A file that is no ODS file gets a sentence with its line, changes nothing, and never a traceback (R7)."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from portal.foundation.access import system_actor
from portal.organisations.models import Organisation
from portal.organisations.ods_import.outcome import FileOutcome
from portal.organisations.ods_import.reading import LONGEST_LINE
from portal.organisations.permissions import IMPORT_DIRECTORY
from portal.organisations.services.import_release import ImportRelease, import_release
from portal.organisations.tests.rows import practice, write

pytestmark = pytest.mark.django_db

_GOOD = (
    b'"X99001","ONE","","","1 HIGH STREET","","","","","ZZ1 1ZZ","20100104","","A","B","9ZA","","",'
    b'"","","","","0","","9ZA","","4",""\n'
)


def _line(number: int) -> bytes:
    return _GOOD.replace(b"X99001", f"X{99000 + number}".encode())


def _many() -> bytes:
    return b"".join(map(_line, range(20)))


def _import(path: Path) -> FileOutcome:
    command = ImportRelease(path=path, released_on=date(2020, 1, 1))
    return import_release(system_actor("a test", IMPORT_DIRECTORY), command)


_HOSTILE: dict[str, tuple[bytes, int, str]] = {
    "empty": (b"", 0, "The file is empty."),
    "only newlines": (b"\n\r\n\n", 0, "The file is empty."),
    "a NUL byte": (_line(1) + _line(2).replace(b"ONE", b"O\x00E"), 2, "NUL byte"),
    "an escape character": (_line(1) + _line(2).replace(b"ONE", b"O\x1bE"), 2, "control character 0x1b"),
    "a stray carriage return": (_line(1) + _line(2).replace(b"ONE", b"O\rE"), 2, "stray carriage return"),
    "bytes that are no UTF-8": (_line(1) + _line(2) + _line(3).replace(b"ONE", b"\xff\xfeE"), 3, "not UTF-8"),
    "UTF-16": ("\ufeff".encode("utf-16-le") + _GOOD.decode().encode("utf-16-le"), 0, "UTF-16"),
    "a zip archive": (b"PK\x03\x04" + b"\x00" * 100, 0, "zip archive"),
    "a PDF": (b"%PDF-1.7\n" + b"\x00" * 100, 0, "PDF"),
    "noise": (bytes(range(256)) * 20, 2, "UTF-8"),
    "too few columns": (_line(1) + b'"X99002","TWO"\n' + _line(3), 2, "The line has 2 columns"),
    "too many columns": (_line(1) + _line(2)[:-1] + b',"more"\n', 2, "The line has 28 columns"),
    "a line of another file": (b'"X99002","TWO","THREE"\n' + _line(1), 1, "The line has 3 columns"),
    "an unclosed quote": (_line(1) + _line(2).replace(b'"ONE"', b'"ONE') + _line(3), 2, "opened and not closed"),
    "an unclosed quote at the end": (_line(1) + _line(2)[:-2] + b"\n", 2, "opened and not closed"),
    "an empty line in the middle": (_line(1) + b"\n" + _line(3), 2, "The line is empty."),
    "PostgreSQL's end mark": (_line(1) + b"\\.\n" + _line(3), 2, "The line has 1 column;"),
    "a header": (_line(1).replace(b"X99001", b"Organisation Code") + _line(2), 1, "is not an ODS code"),
    "a blank code": (_line(1) + _line(2).replace(b"X99002", b""), 2, "'' is not an ODS code."),
    "a code of 13 characters": (_line(1) + _line(2).replace(b"X99002", b"X990020000000"), 2, "is not an ODS code."),
    "a code with markup": (_line(1) + _line(2).replace(b"X99002", b"<b>X</b>"), 2, "is not an ODS code."),
    "no name": (_line(1) + _line(2).replace(b"ONE", b" "), 2, "X99002 has no name."),
    "31 February": (_line(1) + _line(2).replace(b"20100104", b"20100231"), 2, "'20100231', which is no date"),
    "a date in words": (_line(1) + _line(2).replace(b"20100104", b"tomorrow"), 2, "'tomorrow', which is no date"),
    "a date of seven digits": (_line(1) + _line(2).replace(b"20100104", b"2010104"), 2, "'2010104', which is no date"),
    "two dates that together look right": (
        _line(1) + _line(2).replace(b'"20100104",""', b'"2010010","420100104"'), 2, "'2010010', which is no date",
    ),
    "an unknown status": (_line(1) + _line(2).replace(b'"A","B"', b'"Q","B"'), 2, "The status 'Q'"),
    "no setting": (_many() + _line(50).replace(b'"4"', b'""'), 21, "Column 26 is ''"),
    "a setting in words": (_many() + _line(50).replace(b'"4"', b'"GP"'), 21, "Column 26 is 'GP'"),
    "a line without end": (_line(1) + _line(2).replace(b"ONE", b"E" * LONGEST_LINE), 2, "longer than"),
    "a last line without end": (_line(1) + b'"' + b"E" * 2_000_000, 2, "longer than"),
}  # fmt: skip


@pytest.mark.parametrize("name", _HOSTILE)
def test_it_is_refused_by_its_line_and_changes_nothing(name: str, tmp_path: Path) -> None:
    content, line, sentence = _HOSTILE[name]
    path = tmp_path / "hostile.csv"
    path.write_bytes(content)

    outcome = _import(path)

    assert [each.line for each in outcome.rejected[:1]] == [line]
    assert sentence in outcome.rejected[0].reason
    assert not Organisation.objects.exists()


def test_every_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(_line(1) + b"short\n" + _line(3) + b"short\n")

    assert [each.line for each in _import(path).rejected] == [2, 4]


def test_a_file_that_is_wrong_throughout_names_its_first_hundred_lines(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(_line(1) + b"short\n" * 5000)

    assert len(_import(path).rejected) == 100


_NO_FILES: dict[str, Callable[[Path], object]] = {
    "there is none": lambda path: None,
    "a folder": Path.mkdir,
    "a pipe": os.mkfifo,
    "a link to nowhere": lambda path: path.symlink_to(path.parent / "gone"),
}


@pytest.mark.parametrize("make", _NO_FILES)
def test_what_is_no_file_gets_a_sentence(make: str, tmp_path: Path) -> None:
    path = tmp_path / "release.csv"
    _NO_FILES[make](path)

    outcome = _import(path)

    assert [each.line for each in outcome.rejected] == [0]
    assert str(path) in outcome.rejected[0].reason


@pytest.mark.parametrize("name", ["re\x00lease.csv", "re\udcfflease.csv", "x" * 5000])
def test_a_name_no_file_can_have_gets_a_sentence_too(name: str) -> None:
    assert len(_import(Path(name)).rejected) == 1


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf" + _GOOD, _GOOD[:-1], _GOOD + b"\r\n\n", _GOOD.replace(b'"', b"")])
def test_a_byte_order_mark_missing_quotes_and_odd_ends_do_no_harm(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(content)

    assert (_import(path).created, Organisation.objects.get().code) == (1, "X99001")


def test_a_file_of_many_blocks_names_the_line_in_the_last(tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", [practice(f"X{number:06}") for number in range(9000)])
    path.write_bytes(path.read_bytes() + _GOOD.replace(b"ONE", b"O\x00E"))

    assert [each.line for each in _import(path).rejected] == [9001]
