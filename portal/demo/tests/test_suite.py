"""bin/test and bin/check: what they run, and that nothing not run looks like success."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.demo import inspection, suite
from portal.demo.installation import PYTHON
from portal.demo.postgres import Cluster


def test_the_whole_suite_uses_both_cores() -> None:
    assert suite.pytest_command([], has_browser=True) == [PYTHON, "-m", "pytest", "-n", "2", "--dist", "loadfile"]


def test_chosen_tests_run_as_chosen() -> None:
    assert suite.pytest_command(["portal/supplies", "-k", "allowance"], has_browser=True)[3:] == [
        "portal/supplies",
        "-k",
        "allowance",
    ]


def test_without_a_browser_its_tests_are_left_out() -> None:
    assert suite.pytest_command(["portal"], has_browser=False)[-2:] == ["-m", "not browser"]


def test_tests_see_nothing_of_the_deployer_s_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_EMAIL_URL", "smtps://real.example.org")
    monkeypatch.setenv("DATABASE_URL", "postgresql://real.example.org/portal")
    environment = suite.suite_environment(Cluster(tmp_path), None)
    assert "real.example.org" not in "".join(environment.values())
    assert environment["PORTAL_MODE"] == "test"


def test_tests_that_did_not_run_are_a_failure(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PORTAL_NO_BROWSER", raising=False)
    assert suite._summary({"tests": 0}, None, "Chromium is not installed.") == 1
    assert "browser tests: NOT RUN. Chromium is not installed." in capsys.readouterr().out


def test_one_may_say_that_there_is_no_browser(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_NO_BROWSER", "1")
    assert suite._summary({"tests": 0}, None, "PORTAL_NO_BROWSER=1") == 0


def test_a_failed_check_fails_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert suite._summary({"bin/check": 1, "tests": 0}, Path("/usr/bin/chromium"), "") == 1
    assert "bin/check: FAILED" in capsys.readouterr().out


def test_all_failures_of_a_check_are_reported_together(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "install_packages", lambda kind: False)
    monkeypatch.setattr(
        inspection, "CHECKS", {"lint": lambda: "E1 here", "types": lambda: "T1 there", "floors": lambda: ""}
    )
    assert inspection.main([]) == 1
    printed = capsys.readouterr().out
    assert "E1 here" in printed
    assert "T1 there" in printed
    assert "floors               passed" in printed
