"""A browser for the journeys: the machine's, Debian's, or a clear word why there is none."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from portal.demo import browser


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.delenv("PORTAL_BROWSER", raising=False)
    monkeypatch.setattr(browser.shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    return monkeypatch


def test_the_browser_somebody_chose_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_BROWSER", "/opt/browser")
    assert browser.install_browser() == (Path("/opt/browser"), "")


def test_without_the_right_to_install_one_is_told_how(bare_machine: pytest.MonkeyPatch) -> None:
    bare_machine.setattr(browser.os, "getuid", lambda: 1000)
    found, reason = browser.install_browser()
    assert found is None
    assert "apt-get install chromium" in reason


def test_root_installs_debian_s(bare_machine: pytest.MonkeyPatch) -> None:
    ran = []

    def apt(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        ran.append(command[1])
        if command[1] == "install":
            bare_machine.setattr(browser.shutil, "which", lambda name: f"/usr/bin/{name}")
        return subprocess.CompletedProcess(command, 0, "", "")

    bare_machine.setattr(browser.os, "getuid", lambda: 0)
    bare_machine.setattr(browser.subprocess, "run", apt)
    assert browser.install_browser() == (Path("/usr/bin/chromium"), "")
    assert ran == ["update", "install"]


def test_an_installation_that_fails_says_why(bare_machine: pytest.MonkeyPatch) -> None:
    bare_machine.setattr(browser.os, "getuid", lambda: 0)
    bare_machine.setattr(
        browser.subprocess, "run", lambda command, **options: subprocess.CompletedProcess(command, 100, "", "no mirror")
    )
    assert browser.install_browser() == (None, "Debian's Chromium could not be installed:\nno mirror")
