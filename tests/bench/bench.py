"""`make bench`: how long the parts of one linked update take, beside plain lifelines and beside R, in one run.

The linked update is that of a fresh cohort while everybody's curves, which stay behind it, are in memory: those are
drawn again by neither program. At the end `repaint` times a click in a browser.

Only ratios within one run mean anything; the times are printed so that a reader can judge the ratios.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
import repaint
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import logrank_test
from made import made_trial, write_for_r

from analysis.estimators.cox import hazard_ratio
from analysis.estimators.kaplan_meier import kaplan_meier
from analysis.estimators.logrank import logrank
from analysis.selection import Filter, Selection, whole_trial
from analysis.views import VIEWS
from data.contract import Trial

SIZES = (326, 3_000, 30_000, 300_000)
#: Plain lifelines takes minutes for the forest above this many patients.
LIFELINES_FOREST = 30_000
#: R runs each part once above this many patients, and otherwise five times.
R_REPEATS = 3_000


def ours(trial: Trial) -> dict[str, Callable[[], object]]:
    """Each part through the functions that the views call; the linked update is that of a cohort of half the trial."""
    selection = whole_trial(trial.design)
    fresh = replace(selection, filters=(Filter("F00", ("0",)),))
    times, arm = trial.times["OS"], 1 - trial.planned
    return {
        "kaplan_meier": lambda: [kaplan_meier(times.time[arm == k], times.event[arm == k]) for k in (0, 1)],
        "headline": lambda: (
            hazard_ratio(times.time, times.event, arm, trial.strata),
            logrank(times.time, times.event, arm, trial.strata),
        ),
        "forest": lambda: run("subgroups", trial, selection),
        "adverse_events": lambda: run("safety", trial, selection),
        "flow": lambda: run("transplant", trial, selection),
        "linked_update": lambda: [
            run(view, trial, fresh) for view in ("survival", "subgroups", "safety", "transplant")
        ],
    }


def run(view: str, trial: Trial, selection: Selection) -> object:
    """One view of `selection`, as its callback computes it."""
    chosen = VIEWS[view]
    return chosen.analyse(trial, selection, chosen.options())


def lifelines(trial: Trial) -> dict[str, Callable[[], object]]:
    """The same survival work with lifelines as it comes."""
    times = trial.times["OS"]
    frame = pd.DataFrame({"t": times.time, "e": times.event, "arm": 1 - trial.planned})
    new = frame["arm"] == 1

    def fit(rows: pd.DataFrame, **how: object) -> object:
        return CoxPHFitter().fit(rows, "t", "e", **how)

    def headline() -> None:
        logrank_test(frame["t"][new], frame["t"][~new], frame["e"][new], frame["e"][~new])
        CoxPHFitter(strata=["s"]).fit(frame.assign(s=trial.strata), "t", "e")

    def forest() -> None:
        fit(frame)
        for codes in trial.factors.values():
            for level in np.unique(codes):
                fit(frame[codes == level])
            grouped = frame.assign(g=codes)
            fit(grouped, formula="arm + C(g)")
            fit(grouped, formula="arm * C(g)")

    parts: dict[str, Callable[[], object]] = {
        "kaplan_meier": lambda: [KaplanMeierFitter().fit(frame["t"][g], frame["e"][g]) for g in (new, ~new)],
        "headline": headline,
    }
    if len(frame) <= LIFELINES_FOREST:
        parts["forest"] = forest
    return parts


def clock(work: Callable[[], object], most: float = 3.0) -> float:
    """Median seconds of `work` after one run that does not count, over as many runs as `most` seconds allow.

    Work that takes longer than that is run once.
    """
    started = time.perf_counter()
    work()
    first = time.perf_counter() - started
    if first > most:
        return first
    seconds = []
    for _ in range(max(3, min(30, int(most / max(first, 1e-4))))):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return median(seconds)


def in_r(trial: Trial, runs: int) -> dict[str, float]:
    """Seconds of each part in R; nothing where there is no R with `survival`."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        write_for_r(trial, Path(folder))
        script = Path(__file__).with_name("same_work.R")
        command = [rscript, "--vanilla", str(script), folder, str(runs)]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    lines = (line.split() for line in answer.stdout.splitlines())
    return {part: float(seconds) for part, seconds in lines}


def row(name: str, mine: float, others: dict[str, float]) -> str:
    """One printed line: our time, then each other time with its ratio to ours."""
    cells = [f"{name:<16}{1000 * mine:>10.2f} ms"]
    for who in ("lifelines", "R"):
        seconds = others.get(who)
        cells.append(f"{1000 * seconds:>12.1f} ms{seconds / mine:>8.1f}x" if seconds else f"{'—':>24}")
    return "".join(cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="numbers of patients")
    warnings.simplefilter("ignore")
    previous: tuple[int, float] | None = None
    for n in parser.parse_args().sizes:
        trial = made_trial(n)
        print(f"\n{n} patients{'':<10}trialboard{'plain lifelines':>22}{'R survival':>24}")
        theirs = {part: clock(work) for part, work in lifelines(trial).items()}
        r = in_r(trial, 5 if n <= R_REPEATS else 1)
        for part, work in ours(trial).items():
            mine = clock(work)
            print(row(part, mine, {"lifelines": theirs.get(part, 0), "R": r.get(part, 0)}), flush=True)
        if previous:
            bound = n * np.log(n) / (previous[0] * np.log(previous[0]))
            print(f"{'growth':<16}{mine / previous[1]:>9.1f}x of the linked update; n log n would be {bound:.1f}x")
        previous = (n, mine)
    repaint.main()


if __name__ == "__main__":
    main()
