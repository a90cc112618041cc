"""The operator's command line: what it lists, what it refuses, what it passes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.demo import operation
from portal.demo.installation import PROJECT


@pytest.mark.parametrize(
    "arguments",
    [
        ["--data", "/srv/p", "import-ods", "file.csv"],
        ["import-ods", "file.csv", "--data", "/srv/p"],
        ["import-ods", "--data=/srv/p", "file.csv"],
    ],
)
def test_the_data_folder_may_stand_anywhere(arguments: list[str]) -> None:
    assert operation.take_data_folder(arguments) == (["import-ods", "file.csv"], "/srv/p")


def test_every_command_of_the_portal_says_in_a_line_what_it_does() -> None:
    commands = operation.find_commands(PROJECT / "portal")
    assert {
        "import_ods",
        "check_invariants",
        "deliver_outbox",
        "work",
        "load_demo",
        "migrate_portal",
        "member",
    } <= commands.keys()
    assert [name for name, text in commands.items() if not text or "\n" in text] == []


def test_short_names_stand_for_commands_that_exist() -> None:
    assert set(operation.SHORT_NAMES.values()) <= operation.find_commands(PROJECT / "portal").keys()


def test_help_lists_the_portal_s_commands_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert operation.main(["--help"]) == 0
    printed = capsys.readouterr().out
    assert "import-ods" in printed
    assert "runserver" not in printed


def test_no_command_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert operation.main([]) == 2


def test_an_unknown_command_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert operation.main(["make-tea"]) == 2
    assert "There is no command 'make-tea'" in capsys.readouterr().err


def test_a_server_of_one_s_own_is_used_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {}

    def run(command: str, words: list[str], data_dir: Path, found: dict[str, str]) -> int:
        seen.update(command=command, words=words, data_dir=data_dir)
        return 1

    monkeypatch.setenv("DATABASE_URL", "postgresql://portal_app@database.example.org/portal")
    monkeypatch.setattr(operation, "_run", run)
    assert operation.main(["check-invariants", "--json", "--data", str(tmp_path)]) == 1
    assert seen == {"command": "check_invariants", "words": ["--json"], "data_dir": tmp_path}


@pytest.mark.slow
def test_a_command_works_where_nothing_was_ever_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "PORTAL_MODE"):
        monkeypatch.delenv(name, raising=False)
    assert operation.main(["check-invariants", "--data", str(tmp_path)]) == 0
    assert "hold" in capfd.readouterr().out
    assert not (tmp_path / "postgres" / "data" / "postmaster.pid").exists()
