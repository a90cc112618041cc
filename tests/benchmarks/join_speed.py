"""What the nightly join of store and registrations costs with ten thousand and with a million of each.

    bin/benchmark join [--number 1000000] [--forgotten 1000]

Each size has a database of its own on a throw-away server. The same number of records is forgotten in both: what is
left of the time, the comparison itself, may grow with the store; what each forgotten record costs may not.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from portal.demo.postgres import throw_away_cluster
from tests.benchmarks.databases import PROJECT, Databases

HEADS = (
    "In the store, and registered", "Forgotten", "Seconds", "A comparison that finds nothing, s",
    "Each that leaves, ms", "MiB before", "MiB at most",
)  # fmt: skip


def main() -> None:
    """Runs both sizes, and prints a row for each."""
    parser = argparse.ArgumentParser(prog="bin/benchmark join", description=__doc__)
    parser.add_argument("--number", type=int, default=1_000_000, help="records in the store, and registered patients")
    parser.add_argument("--forgotten", type=int, default=1_000, help="how many of them are both")
    options = parser.parse_args()
    with throw_away_cluster() as cluster:
        databases = Databases(cluster)
        print(f"| {' | '.join(HEADS)} |\n|{'---|' * len(HEADS)}", flush=True)
        for number in (options.number // 100, options.number):
            environment = {**os.environ, **databases.make(f"join_{number}")}
            command = [sys.executable, "-m", "tests.benchmarks.join_run", str(number), str(options.forgotten)]
            subprocess.run(command, env=environment, cwd=PROJECT, check=True)
    print(f"\nLoad: {', '.join(f'{each:.1f}' for each in os.getloadavg())}.")


if __name__ == "__main__":
    main()
