"""Who lived long: the characteristics of those free of the event at a milestone against the others of their arm."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import numpy as np
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as options

from analysis import baseline
from analysis.estimate import NotEstimable
from analysis.laboratory import chosen_arm
from analysis.selection import Selection, selected_endpoint
from analysis.summary import ArmSize, Summary, group, summary
from analysis.survival import axis_ticks, middle_tick
from data.contract import DAYS_PER_UNIT, Arm, Endpoint, Trial


@options(config=ConfigDict(extra="forbid"), frozen=True)
class SurvivorsOptions:
    """What a link may say: whose arm, and the milestone in the unit of the endpoint (None: the trial's)."""

    survivorsarm: str = "first"
    alive: Annotated[float, Field(gt=0)] | None = None


def missing(trial: Trial) -> str | None:
    """What the trial lacks for the table, as a sentence; None when it has it."""
    if not trial.design.endpoints:
        return "Those who lived long need an endpoint: a table adtte with PARAMCD, AVAL and CNSR."
    return baseline.missing(trial)


def ignored(trial: Trial, options: SurvivorsOptions) -> str | None:
    """A sentence for an arm that the trial does not have."""
    if options.survivorsarm in ("first", *(arm.id for arm in trial.design.arms)):
        return None
    return f"This trial has no arm “{options.survivorsarm[:40]}”; it was ignored."


def milestone(trial: Trial, endpoint: Endpoint, options: SurvivorsOptions) -> float:
    """The time that is asked for, in the unit of the endpoint; without one half of the follow-up, as for the curves."""
    if wanted := options.alive or endpoint.milestone:
        return wanted
    time = trial.times[endpoint.id].time * (DAYS_PER_UNIT[endpoint.recorded] / DAYS_PER_UNIT[endpoint.unit])
    known = ~np.isnan(time)
    longest = [float(time[known & (trial.planned == arm)].max()) for arm in np.unique(trial.planned[known])]
    return middle_tick(axis_ticks(max(longest), endpoint.unit, endpoint.tick), min(longest))


def analyse(trial: Trial, selection: Selection, options: SurvivorsOptions) -> Summary | NotEstimable:
    """One arm of the cohort in two columns: observed without the event up to the milestone, and the others."""
    endpoint = selected_endpoint(selection, trial.design)
    if (reason := missing(trial)) or endpoint is None:
        return NotEstimable(reason or "")
    arm = chosen_arm(trial, selection, options.survivorsarm)
    patients = group(trial, replace(selection, arms=(arm.id,)))
    if isinstance(patients, NotEstimable):
        return patients
    at = milestone(trial, endpoint, options)
    days = DAYS_PER_UNIT[endpoint.recorded]
    times = trial.times[endpoint.id]
    time = times.time[patients.rows] * days / DAYS_PER_UNIT[endpoint.unit]
    unknown = int(np.isnan(time).sum())
    reached = time >= at
    left = int((~reached & ~np.isnan(time) & ~times.event[patients.rows]).sum())
    position = trial.design.arms.index(arm)
    free = "Alive" if endpoint.event == "death" else f"Free of {endpoint.event}"
    when = f"at {at:g} {endpoint.unit}"
    columns = tuple(
        ArmSize(Arm(id=name, value=name, label=f"{label} {when}", short=f"{label} {when}"), position, int(who.sum()))
        for name, label, who in (
            ("reached", free, reached),
            ("others", f"Not {free.lower()} or not followed", ~reached),
        )
    )
    divided = replace(patients, arms=columns, arm=np.where(reached, 0, 1).astype(np.int64), reference=1)
    method = (
        f"{endpoint.label}, {arm.label}: patients observed without {endpoint.event} for {at:g} {endpoint.unit} against "
        f"all others of the arm. {baseline.METHOD.split('. No P')[0]}."
    )
    death = endpoint.event == "death"
    if any(factor.post_baseline for factor in trial.design.factors):
        early = "those who died early" if death else f"those with an early {endpoint.event}"
        method += f" What is known only after randomization stands below; {early} could not have it."
    notes = []
    if left:
        long = "lived that long" if death else f"stayed free of {endpoint.event} that long"
        notes.append(
            f"{left} of the others left the study before {at:g} {endpoint.unit} without {endpoint.event}: nobody knows "
            f"whether they {long}."
        )
    if unknown:
        have = "has" if unknown == 1 else "have"
        notes.append(f"{unknown} {have} no {endpoint.label.lower()} and stand{'s' * (unknown == 1)} among the others.")
    return summary(divided, baseline.blocks(trial, divided, later=True), method, baseline.CONTRAST, notes)
