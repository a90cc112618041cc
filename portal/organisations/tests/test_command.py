"""``import-ods`` on the command line: what it prints and how it ends."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal.organisations.management.commands.import_ods import Command
from portal.organisations.models import ImportRun, Organisation
from portal.organisations.tests.rows import dentist, practice, write

pytestmark = pytest.mark.django_db


def _run(*arguments: Any) -> str:
    out = io.StringIO()
    call_command("import_ods", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_json_holds_exactly_what_is_promised(tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", [practice("X99001"), practice("X99002")])

    assert json.loads(_run(path, "--json")) == {
        "files": [
            {
                "file": str(path),
                "layout": "epraccur classic",
                "read": 2,
                "created": 2,
                "changed": 0,
                "unchanged": 0,
                "closed": 0,
                "reopened": 0,
                "rejected": [],
            }
        ]
    }


def test_a_refused_file_is_in_the_json_and_ends_with_code_one(tmp_path: Path) -> None:
    good = write(tmp_path / "good.csv", [dentist()])
    bad = write(tmp_path / "bad.csv", [practice("X99001"), practice("X 9")])
    out = io.StringIO()

    with pytest.raises(CommandError) as error:
        call_command("import_ods", str(bad), str(good), "--json", stdout=out)

    files = json.loads(out.getvalue())["files"]
    assert error.value.returncode == 1
    assert [(each["read"], each["created"]) for each in files] == [(0, 0), (1, 1)]
    assert files[0]["rejected"] == [{"line": 2, "reason": "'X 9' is not an ODS code."}]
    assert Organisation.objects.get().code == "V99901"


def test_it_says_what_it_did_in_words(tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", [practice("X99001")])

    assert _run(path, "--released", "2020-02-01") == (
        f"{path}: epraccur classic, released 1 February 2020\n"
        "  1 read: 1 created, 0 changed, 0 closed, 0 reopened, 0 unchanged\n"
    )


def test_a_dry_run_shows_the_difference_and_changes_nothing(tmp_path: Path) -> None:
    old = [practice("X99001"), practice("X99002"), practice("X99003", status="C")]
    new = [
        practice("X99001", name="THE NEW SURGERY"),
        practice("X99002", status="C"),
        practice("X99003"),
        practice("X99004"),
    ]
    _run(write(tmp_path / "old.csv", old), "--released", "2020-01-01")
    path = write(tmp_path / "new.csv", new)

    printed = _run(path, "--released", "2021-01-01", "--dry-run")

    assert printed.splitlines()[1:] == [
        "  4 read: 1 created, 1 changed, 1 closed, 1 reopened, 0 unchanged (dry run)",
        "  + would be created, for example:",
        "    X99004 THE TEST SURGERY",
        "  ~ would change, for example:",
        "    X99001 THE NEW SURGERY (name: THE TEST SURGERY -> THE NEW SURGERY)",
        "  x would close, for example:",
        "    X99002 THE TEST SURGERY (status: active -> closed)",
        "  o would reopen, for example:",
        "    X99003 THE TEST SURGERY (status: closed -> active)",
    ]
    assert Organisation.objects.get(code="X99001").name == "THE TEST SURGERY"
    assert ImportRun.objects.count() == 1


def test_a_dry_run_of_an_older_release_shows_the_history_it_would_fill(tmp_path: Path) -> None:
    _run(write(tmp_path / "new.csv", [practice(name="NEW", telephone="")]), "--released", "2021-01-01")

    printed = _run(write(tmp_path / "old.csv", [practice(name="OLD")]), "--released", "2020-01-01", "--dry-run")

    assert printed.splitlines()[2:] == [
        "  h would gain a period of history, for example:",
        "    X99001 NEW (name: NEW -> OLD)",
    ]


def test_a_dry_run_of_what_is_known_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", [practice()])
    _run(path)

    assert _run(path, "--dry-run").splitlines()[-1] == "  Nothing would change."


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["f.csv", "--released", "yesterday"],
        ["f.csv", "--released", "2999-01-01"],
        ["f.csv", "--layout", "x"],
        ["--no"],
    ],
)
def test_wrong_use_ends_with_code_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["portal", "import_ods", *arguments])

    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_missing_file_ends_with_code_one_and_a_sentence(tmp_path: Path) -> None:
    out = io.StringIO()

    with pytest.raises(CommandError) as error:
        call_command("import_ods", str(tmp_path / "none.csv"), stdout=out)

    assert error.value.returncode == 1
    assert "There is no file" in out.getvalue()
