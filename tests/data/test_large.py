"""A large trial is read in memory in proportion to its files, and says on the console how far it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.load.large import write_large

ROOT = Path(__file__).resolve().parents[2]
SUBJECTS, EVENTS = 2_000, 100_000
#: Bytes of memory at the peak for each byte of the files, over those of the program itself.
MOST = 10

READ = """
import logging, sys
from pathlib import Path
from data.load import load
logging.basicConfig(level=logging.INFO, format="%(message)s")

def peak():
    # not ru_maxrss, which begins at the size of the parent
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])

load(Path(sys.argv[2]), "warm", "warm")
before = peak()
trial = load(Path(sys.argv[1]), "large", "large")
print(len(trial.patients), len(trial.adverse_events.term), peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is asked of Linux")
def test_a_large_trial_is_read_in_bounded_memory_with_progress(tmp_path: Path) -> None:
    write_large(tmp_path / "large", SUBJECTS, EVENTS)
    write_large(tmp_path / "warm", 50, 200)
    size = sum(file.stat().st_size for file in (tmp_path / "large").iterdir())
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", READ, str(tmp_path / "large"), str(tmp_path / "warm")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    patients, events, kilobytes = map(int, done.stdout.split())
    assert (patients, events) == (SUBJECTS, EVENTS)
    assert kilobytes * 1024 < MOST * size, (kilobytes, size)
    (line,) = (line for line in done.stderr.splitlines() if "large/adae.csv" in line)
    assert "100,000 rows" in line
