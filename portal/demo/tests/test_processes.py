"""Child processes: watched, told of, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.demo.processes import AlreadyRunning, Supervisor, only_one, open_log, stop_signals_interrupt

SLEEPER = "import time; time.sleep(60)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
)


def test_a_process_that_ends_by_itself_is_named_with_its_last_words(tmp_path: Path) -> None:
    supervisor = Supervisor()
    supervisor.start(
        "e-mail worker",
        _python("print('no letters today'); raise SystemExit(3)"),
        environment=os.environ,
        log=tmp_path / "log",
    )
    said = supervisor.watch()
    supervisor.stop()
    assert "The e-mail worker ended by itself (code 3)" in said
    assert "no letters today" in said


def test_stopping_ends_everything_also_what_does_not_listen(tmp_path: Path) -> None:
    supervisor = Supervisor(patience=2)
    supervisor.start("listener", _python(SLEEPER), environment=os.environ, log=tmp_path / "listener")
    supervisor.start("stubborn", _python(STUBBORN), environment=os.environ, log=tmp_path / "stubborn")
    _until(lambda: "deaf" in (tmp_path / "stubborn").read_text())
    assert supervisor.problem() == ""
    supervisor.stop()
    assert [child.poll() for _, child, _ in supervisor._children] == [-signal.SIGTERM, -signal.SIGKILL]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help exists on Linux only")
def test_children_end_with_a_launcher_that_is_killed(tmp_path: Path) -> None:
    program = f"""
import os, sys, time
from pathlib import Path
from portal.demo.processes import spawn
child = spawn([sys.executable, "-c", {SLEEPER!r}], environment=os.environ, log=Path({str(tmp_path / "log")!r}))
print(child.pid, flush=True)
time.sleep(60)
"""
    launcher = subprocess.Popen(_python(program), stdout=subprocess.PIPE, text=True)
    assert launcher.stdout is not None
    child = int(launcher.stdout.readline())
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    _until(lambda: not _is_running(child))


def test_a_request_to_stop_interrupts_once(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), stop_signals_interrupt():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)  # the impatient second one does not disturb the stopping


def test_a_data_folder_has_one_holder_and_says_who(tmp_path: Path) -> None:
    with only_one(tmp_path, what="portal", url="http://127.0.0.1:8000"):
        with pytest.raises(AlreadyRunning) as refused, only_one(tmp_path, what="command"):
            pass
        assert refused.value.holder["url"] == "http://127.0.0.1:8000"
        assert refused.value.holder["process"] == str(os.getpid())
    with only_one(tmp_path, what="command"):
        pass


def test_a_log_that_grew_long_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.demo.processes._LONGEST_LOG", 10)
    log = tmp_path / "log"
    log.write_text("much too long a log")
    os.close(open_log(log))
    assert log.read_text() == ""
    assert (tmp_path / "log.old").exists()


def _python(program: str) -> list[str | Path]:
    return [sys.executable, "-c", program]


def _is_running(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def _until(condition, seconds: float = 60) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
