"""After transplant: relapse and death without relapse as competing risks, counted from the day of transplant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as options

from analysis.cohort import cohort
from analysis.estimate import Estimate, Floats, Ints, NotEstimable, Test, as_columns
from analysis.estimators.cumulative_incidence import Incidence, at, cumulative_incidence, gray_test
from analysis.selection import Selection, in_words
from analysis.survival import axis_ticks
from data.contract import DAYS_PER_MONTH, Arm, Trial

LEVEL = 0.95
#: The causes by their code: relapse, and death without it.
CAUSES: tuple[Literal["relapse", "death"], ...] = ("relapse", "death")


@options(config=ConfigDict(extra="forbid"), frozen=True)
class AfterTransplantOptions:
    """What a link may say: the month after transplant at which the incidence is read."""

    aftermonth: Annotated[float, Field(gt=0, le=1200)] = 24


@dataclass(frozen=True, eq=False)
class ArmAfter:
    """An arm after transplant, in months: patients, events, incidence and its value at the month, by cause.

    `by_death` counts relapses that are dated by a death from the disease; `at_risk` stands at the ticks of the result.
    """

    arm: Arm
    position: int
    n: int
    events: tuple[int, int]
    by_death: int
    curves: tuple[Incidence | NotEstimable, ...]
    at_month: tuple[Estimate | NotEstimable, ...]
    at_risk: Ints


@dataclass(frozen=True, eq=False)
class AfterTransplantResult:
    """Relapse and death without relapse by arm, with Gray's test of each."""

    event: str
    arms: tuple[ArmAfter, ...]
    tests: tuple[Test | NotEstimable, ...]
    month: float
    ticks: Floats
    n: int
    exploratory: bool
    withheld: bool
    words: str
    method: str


def missing(trial: Trial) -> str | None:
    """What the trial lacks for relapse and death after transplant, as a sentence."""
    days = trial.transplant
    if days is None or days.transplanted is None:
        return "Relapse after transplant needs [transplant] in trial.toml: the day of transplant, and overall survival."
    if days.relapsed is None:
        return "Relapse and death without relapse after transplant need an endpoint of relapse and overall survival."
    return None


def analyse(
    trial: Trial, selection: Selection, options: AfterTransplantOptions
) -> AfterTransplantResult | NotEstimable:
    """Cumulative incidence of relapse and of death without it, by arm, in the transplanted of the cohort."""
    days, settings = trial.transplant, trial.design.transplant
    if (
        (reason := missing(trial))
        or days is None
        or settings is None
        or days.transplanted is None
        or days.relapsed is None
    ):
        return NotEstimable(reason or "")
    members = cohort(trial, selection)
    day, end = days.transplanted[members.rows], days.end[members.rows]
    kept = np.isfinite(day) & (end >= day)
    rows, arm = members.rows[kept], members.arm[kept]
    if len(rows) == 0:
        return NotEstimable("No transplanted patients match: remove a filter.")
    day, end, relapsed = days.transplanted[rows], days.end[rows], days.relapsed[rows]
    # with a relapse from before the transplant nobody waits for the first one: the next is known only by death
    after = (relapsed >= day) & (relapsed <= end) & ((relapsed > day) | settings.at_start)
    time = np.where(after, relapsed, end) - day
    cause = np.where(after, 1, np.where(days.died[rows], 2, 0))
    months = time / DAYS_PER_MONTH
    ticks = axis_ticks(max(float(months.max()), 1.0), "months", None)
    arms = tuple(
        _arm(trial, position, months[mine], cause[mine], days.dated_by_death[rows][mine] & after[mine], options, ticks)
        for position in np.unique(arm).tolist()
        for mine in (arm == position,)
    )
    dated = sum(a.by_death for a in arms)
    return AfterTransplantResult(
        event=settings.label,
        arms=arms,
        tests=tuple(gray_test(time, cause, of, arm) for of in (1, 2)),
        month=options.aftermonth,
        ticks=ticks,
        n=len(rows),
        exploratory=members.exploratory,
        withheld=members.withheld,
        words=in_words(selection, trial),
        method=(
            "Cumulative incidence from the day of transplant by Aalen–Johansen, relapse and death without relapse "
            f"competing; {100 * LEVEL:g}% intervals; Gray’s test."
            + (f" {dated} relapses that nobody recorded are dated by the death from the disease." if dated else "")
        ),
    )


def _arm(
    trial: Trial,
    position: int,
    months: Floats,
    cause: Ints,
    dated: np.ndarray[Any, np.dtype[np.bool_]],
    options: AfterTransplantOptions,
    ticks: Floats,
) -> ArmAfter:
    curves = tuple(cumulative_incidence(months, cause, of, LEVEL) for of in (1, 2))
    at_risk: Ints = (months >= ticks[:, np.newaxis]).sum(axis=1)
    return ArmAfter(
        arm=trial.design.arms[position],
        position=position,
        n=len(months),
        events=(int((cause == 1).sum()), int((cause == 2).sum())),
        by_death=int(dated.sum()),
        curves=curves,
        at_month=tuple(c if isinstance(c, NotEstimable) else at(c, options.aftermonth) for c in curves),
        at_risk=at_risk,
    )


def tidy(result: AfterTransplantResult) -> list[dict[str, Any]]:
    """The result as rows: events, incidence at the month, Gray's tests and the curves; times in months."""
    rows: list[dict[str, Any]] = []
    for place, cause in enumerate(CAUSES):
        rows.append({"quantity": "gray_test", "cause": cause, **as_columns(result.tests[place])})
        for a in result.arms:
            base = {"cause": cause, "arm": a.arm.label, "n": a.n, "events": a.events[place]}
            rows.append({"quantity": "incidence", **base, "time": result.month, **as_columns(a.at_month[place])})
            curve = a.curves[place]
            if isinstance(curve, Incidence):
                columns = (curve.time, curve.incidence, curve.low, curve.high, curve.at_risk)
                rows += [
                    {"quantity": "curve", "cause": cause, "arm": a.arm.label, "time": t, "estimate": f, "low": low,
                     "high": high, "at_risk": n}
                    for t, f, low, high, n in zip(*(column.tolist() for column in columns), strict=True)
                ]  # fmt: skip
    return rows
