"""The embedded server: found, made, recovered, refused."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.demo import postgres, postgres_programs
from portal.demo.postgres import Cluster, socket_dir, throw_away_cluster
from portal.demo.postgres_programs import PostgresError


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with throw_away_cluster() as started:
        yield started


def test_the_socket_lies_in_the_data_folder() -> None:
    assert socket_dir(Path("/srv/portal")) == Path("/srv/portal/postgres")


def test_a_long_path_moves_the_socket_to_a_short_one() -> None:
    found = socket_dir(Path("/srv") / ("x" * 100))
    assert found.parent == Path("/tmp")
    assert len(str(found / ".s.PGSQL.5432")) < 104
    assert found != socket_dir(Path("/srv") / ("y" * 100))


def test_roles_have_no_more_rights_than_they_need(cluster: Cluster) -> None:
    roles = cluster._query(
        "select rolname, rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname like 'portal%' order by 1"
    )
    assert roles.splitlines() == ["portal_app|f|f|f", "portal_owner|f|t|f"]


def test_nobody_else_may_enter_the_folders(cluster: Cluster) -> None:
    for folder in (cluster.data_dir, cluster.home, cluster.folder):
        assert folder.stat().st_mode & 0o077 == 0


def test_a_server_that_was_killed_comes_back(cluster: Cluster) -> None:
    _kill(cluster)
    again = Cluster(cluster.data_dir, throw_away=True)
    again.start()
    try:
        assert again._query("select 1") == "1"
    finally:
        again.stop()


def test_a_server_that_lost_its_launcher_is_stopped_first(cluster: Cluster) -> None:
    another = Cluster(cluster.data_dir, throw_away=True)
    another.start()
    try:
        assert cluster._process is not None
        assert cluster._process.poll() is not None
    finally:
        another.stop()


def test_an_old_pid_file_that_names_somebody_else_hurts_nobody(cluster: Cluster) -> None:
    _kill(cluster)
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        for file in (cluster.folder / "postmaster.pid", cluster.sockets / ".s.PGSQL.5432.lock"):
            lines = file.read_text().splitlines()
            file.write_text("\n".join([str(bystander.pid), *lines[1:]]) + "\n")
        again = Cluster(cluster.data_dir, throw_away=True)
        again.start()
        again.stop()
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_half_made_database_is_made_again(tmp_path: Path) -> None:
    half = Cluster(tmp_path, throw_away=True)
    (half.home / "unfinished").mkdir(parents=True)
    (half.home / "unfinished" / "PG_VERSION").write_text("18\n")
    half.start()
    half.stop()
    assert not (half.home / "unfinished").exists()


def test_a_database_of_another_version_is_refused_in_words() -> None:
    with pytest.raises(PostgresError, match=r"holds a database of PostgreSQL 9, which is not on this machine"):
        postgres_programs.find_programs("9")


def test_no_server_anywhere_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_programs, "_candidates", list)
    with pytest.raises(PostgresError, match="Install PostgreSQL 15 or newer, or set DATABASE_URL"):
        postgres_programs.find_programs()


def test_a_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "postgres").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PostgresError, match="belongs to somebody else"):
        Cluster(tmp_path).start()


@pytest.mark.skipif(os.getuid() != 0, reason="only root may give a folder away")
def test_a_socket_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    os.chown(tmp_path / "postgres", 12345, -1)
    with pytest.raises(PostgresError, match="belongs to somebody else"):
        Cluster(tmp_path).start()


@pytest.mark.skipif(os.getuid() != 0, reason="only root needs another user for the server")
def test_without_user_namespaces_an_ordinary_user_runs_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_programs, "_NAMESPACE", ["false"])
    with throw_away_cluster() as cluster:
        assert cluster.folder.stat().st_uid in postgres_programs.ordinary_users()
        assert cluster._query("select 1") == "1"


def test_settings_of_other_clients_do_not_reach_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "6543")
    with postgres.throw_away_cluster() as cluster:
        assert (cluster.sockets / ".s.PGSQL.5432").exists()


def _kill(cluster: Cluster) -> None:
    """Ends the server as a power cut would, with all of its processes."""
    assert cluster._process is not None
    children = [pid for pid, parent, _ in _processes() if parent == cluster._process.pid]
    assert children
    os.kill(cluster._process.pid, signal.SIGKILL)
    cluster._process.wait()
    while [pid for pid, _, state in _processes() if pid in children and not state.startswith("Z")]:
        time.sleep(0.02)  # they notice by themselves, and hold the shared memory until then


def _processes() -> list[tuple[int, int, str]]:
    """(number, the parent's number, state) of every process."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    return [(int(pid), int(parent), state) for pid, parent, state in map(str.split, listed.splitlines())]
