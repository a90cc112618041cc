"""Starting up: what is asked, what is refused, and in which words."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

import pytest

from portal.demo import launcher
from portal.demo.installation import PROJECT
from portal.demo.processes import only_one


def test_a_port_that_is_none_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        launcher.main(["--port", "99999"])
    assert stopped.value.code == 2
    assert "write a number from 1 to 65535" in capsys.readouterr().err


def test_a_taken_port_is_told_before_anything_is_installed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher, "install_packages", lambda kind: pytest.fail("installed too early"))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert launcher.main(["--port", str(port), "--data", str(tmp_path)]) == 1
    assert f"Port {port} cannot be used" in capsys.readouterr().err


def test_a_second_start_is_told_where_the_first_one_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with only_one(tmp_path, what="portal", url="http://127.0.0.1:8000"):
        assert launcher.main(["--data", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "already running" in said
    assert "http://127.0.0.1:8000" in said


def test_a_start_during_a_command_is_told_to_wait(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with only_one(tmp_path, what="command"):
        assert launcher.main(["--data", str(tmp_path)]) == 1
    assert "Start again when it has finished" in capsys.readouterr().err


def test_a_step_that_fails_says_why_and_how_it_ends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_registry(kind: str) -> bool:
        raise launcher.InstallationError("no way to the registry")

    monkeypatch.setattr(launcher, "install_packages", no_registry)
    assert launcher.main(["--data", str(tmp_path), "--port", str(_free_port())]) == 1
    printed = capsys.readouterr()
    assert "1/6 Python packages ... stopped here." in printed.out
    assert "no way to the registry" in printed.err


def test_the_portal_s_links_follow_its_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORTAL_BASE_URL", raising=False)
    monkeypatch.setenv("PORTAL_MODE", "production")
    environment = launcher.portal_environment(tmp_path, url="http://127.0.0.1:9000")
    assert environment["PORTAL_BASE_URL"] == "http://127.0.0.1:9000"
    assert environment["PORTAL_MODE"] == "demo"


@pytest.mark.parametrize("program", ["start", "test", "check", "lock", "install", "portal"])
def test_every_program_explains_itself_through_a_link_and_from_elsewhere(tmp_path: Path, program: str) -> None:
    link = tmp_path / "link"
    link.symlink_to(PROJECT / "bin" / program)
    done = subprocess.run([link, "--help"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"bin/{program}" in done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
