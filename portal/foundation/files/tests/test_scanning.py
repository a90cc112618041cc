"""Files leave quarantine by the scanner's word alone; without it they stay."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from portal.foundation.access import system_actor
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import Refused
from portal.foundation.files import StoredFile, store_upload, vault
from portal.foundation.files.scanners import Clamd, NoScanner, ScannerUnavailable, Verdict, configured_scanner
from portal.foundation.files.scanning import scan_quarantined
from portal.foundation.files.services.settle_scan import SettleScan, settle_scan
from portal.foundation.files.tasks import scan_files, sweep_orphans
from portal.foundation.files.tests.making import checked

PURPOSE = "tests.letter"


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "files"
    yield
    vault._written().clear()


class Scripted:
    """A scanner that says what the test tells it to; an exception is raised."""

    name = "Scripted"

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = list(answers)
        self.asked = 0

    def scan(self, content: bytes) -> Verdict:
        """The next answer; the last one for ever."""
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return Verdict(found=answer)


def _store(*contents: bytes) -> list[StoredFile]:
    return [store_upload(checked(content=content), purpose=PURPOSE) for content in contents]


def _states() -> list[str]:
    return list(StoredFile.objects.order_by("id").values_list("state", flat=True))


@pytest.mark.django_db
def test_a_clean_file_leaves_quarantine_and_a_bad_one_is_refused_by_name() -> None:
    clean, bad = _store(b"good", b"bad")
    assert scan_quarantined(scanner=Scripted("", "Worm.Test")) == 2
    clean.refresh_from_db()
    bad.refresh_from_db()
    assert (clean.state, clean.refused_because, clean.leased_until) == ("clean", "", None)
    assert (bad.state, bad.refused_because, bad.scanner) == ("refused", "Worm.Test", "Scripted")
    events = AuditEvent.objects.filter(subject_type="storedfile").order_by("id")
    assert [event.type for event in events] == ["files.file_found_clean", "files.file_refused"]
    assert "Worm.Test" in events[1].sentence


@pytest.mark.django_db
def test_while_the_scanner_is_down_files_stay_and_are_tried_again() -> None:
    _store(b"1", b"2", b"3", b"4", b"5")
    scanner = Scripted(ScannerUnavailable("down"))
    assert scan_quarantined(scanner=scanner) == 0
    assert scanner.asked == 3  # the others need not wait for it
    assert _states() == ["quarantined"] * 5
    assert set(StoredFile.objects.values_list("last_error", "leased_until")) == {("down", None), ("", None)}
    assert scan_quarantined(scanner=Scripted("")) == 5
    assert set(StoredFile.objects.values_list("last_error", flat=True)) == {""}


@pytest.mark.django_db
def test_one_file_that_the_scanner_chokes_on_does_not_hold_up_the_others() -> None:
    _store(b"1", b"2", b"3")
    assert scan_quarantined(scanner=Scripted(ScannerUnavailable("too deep"), "")) == 2
    assert _states() == ["quarantined", "clean", "clean"]


@pytest.mark.django_db
def test_a_round_has_an_end() -> None:
    _store(b"1", b"2", b"3")
    assert scan_quarantined(scanner=Scripted(""), most=2) == 2


@pytest.mark.django_db
def test_a_file_another_worker_holds_is_left_to_it_until_its_lease_runs_out() -> None:
    (row,) = _store(b"1")
    StoredFile.objects.filter(id=row.id).update(leased_until=timezone.now() + timedelta(minutes=1))
    assert scan_quarantined(scanner=Scripted("")) == 0
    StoredFile.objects.filter(id=row.id).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert scan_quarantined(scanner=Scripted("")) == 1


@pytest.mark.django_db
def test_a_file_changed_on_the_disk_is_never_called_clean() -> None:
    (row,) = _store(b"good")
    vault.path_of(row.stored_name).write_bytes(b"evil")
    assert scan_quarantined(scanner=Scripted("")) == 0
    row.refresh_from_db()
    assert row.state == "quarantined"
    assert "cannot be read" in row.last_error


@pytest.mark.django_db
def test_the_second_answer_to_one_file_changes_nothing() -> None:
    (row,) = _store(b"1")
    scan_quarantined(scanner=Scripted("Worm"))
    from portal.foundation.files.permissions import SCAN_FILES

    settle_scan(system_actor("late worker", SCAN_FILES), SettleScan(reference=row.reference, scanner="x", found=""))
    row.refresh_from_db()
    assert (row.state, row.scanner) == ("refused", "Scripted")


@pytest.mark.django_db
def test_nobody_else_lets_a_file_out() -> None:
    (row,) = _store(b"1")
    with pytest.raises(Refused):
        settle_scan(system_actor("somebody"), SettleScan(reference=row.reference, scanner="x", found=""))


@pytest.mark.django_db
def test_without_a_configured_scanner_nothing_leaves_quarantine(settings: Any) -> None:
    settings.FILE_SCANNER = ""
    _store(b"1")
    assert isinstance(configured_scanner(), NoScanner)
    scan_files()
    assert _states() == ["quarantined"]
    assert "PORTAL_SCANNER" in StoredFile.objects.get().last_error


@pytest.mark.django_db
def test_the_worker_scans_and_sweeps(settings: Any) -> None:
    settings.FILE_SCANNER = "portal.demo.scanner.EicarOnly"
    _store(b"1")
    scan_files()
    sweep_orphans()
    assert _states() == ["clean"]


class FakeClamd:
    """A daemon that speaks ClamAV's INSTREAM for one connection and gives the answer it was told to."""

    def __init__(self, listening: socket.socket, answer: bytes, *, stops_after: int = 0) -> None:
        self.listening, self.answer, self.stops_after = listening, answer, stops_after
        self.received = b""
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        connection, _ = self.listening.accept()
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while size := int.from_bytes(stream.read(4), "big"):
                self.received += stream.read(size)
                if self.stops_after and len(self.received) >= self.stops_after:
                    break
            connection.sendall(self.answer)


@pytest.fixture(params=["unix", "tcp"])
def listening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    """A listening socket with the address a deployer would write."""
    if request.param == "unix":
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(tmp_path / "ctl"))
        address = f"clamd:{tmp_path / 'ctl'}"
    else:
        server = socket.socket()
        server.bind(("127.0.0.1", 0))
        address = f"clamd://127.0.0.1:{server.getsockname()[1]}"
    server.listen(1)
    with server:
        yield server, address


@pytest.mark.parametrize(
    ("answer", "found"), [(b"stream: OK\0", ""), (b"stream: Eicar-Signature FOUND\0", "Eicar-Signature")]
)
def test_clamav_is_sent_every_byte_and_believed(
    listening: tuple[socket.socket, str], answer: bytes, found: str, settings: Any
) -> None:
    server, address = listening
    settings.FILE_SCANNER = address
    daemon = FakeClamd(server, answer)
    content = bytes(range(256)) * 1000
    assert configured_scanner().scan(content) == Verdict(found)
    daemon.thread.join()
    assert daemon.received == content


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"stream: OK",  # broken off: the end is missing
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"OK\0",
        b"FOUND\0",
        b"\xff" * 10_000,
    ],
)
def test_any_other_answer_of_clamav_is_none(listening: tuple[socket.socket, str], answer: bytes) -> None:
    server, address = listening
    daemon = FakeClamd(server, answer)
    with pytest.raises(ScannerUnavailable):
        Clamd(address).scan(b"x" * 100)
    daemon.thread.join()


def test_clamav_that_stops_listening_at_its_limit_is_no_answer(listening: tuple[socket.socket, str]) -> None:
    server, address = listening
    daemon = FakeClamd(server, b"INSTREAM size limit exceeded. ERROR\0", stops_after=1000)
    with pytest.raises(ScannerUnavailable):
        Clamd(address).scan(b"x" * 5_000_000)
    daemon.thread.join()


def test_clamav_that_is_away_or_silent_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(ScannerUnavailable):
        Clamd(f"clamd:{tmp_path / 'nothing'}").scan(b"x")
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        with pytest.raises(ScannerUnavailable):
            Clamd(f"clamd://127.0.0.1:{server.getsockname()[1]}", seconds=0.2).scan(b"x")
