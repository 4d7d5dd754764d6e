"""Who is chosen, as lines of Python: the arms, the population, and every filter of the cohort."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.groups import ADVERSE_EVENT
from analysis.selection import Filter, Selection, selected_population
from analysis.stages import PREFIX, THEN, Level, Step, steps
from data import best_response
from data.contract import Factor, Trial
from data.standard import RESPONSE

#: The parts that filters need, by their names in `parts/`.
EVENTS, DAYS, PATH = "had_event", "days", "path"


def needs(trial: Trial, selection: Selection, parts: Sequence[str]) -> list[str]:
    """The parts that the filters of the selection, or the parts of a view, stand on."""
    by_event = any(chosen.variable == ADVERSE_EVENT for chosen in selection.filters) or {EVENTS, "adverse"} & {*parts}
    by_path = any(chosen.variable.startswith(PREFIX) for chosen in selection.filters) or "transplant" in parts
    by_day = by_path or DAYS in parts
    return [name for name, asked in ((EVENTS, by_event), (DAYS, by_day), (PATH, by_path)) if asked]


def patients(trial: Trial, selection: Selection) -> list[str]:
    """Lines that leave `patients` (everyone in an arm), `population` and `keep` (masks), and the arm of each."""
    design, population = trial.design, selected_population(selection, trial.design)
    column = design.actual if population.treatment == "actual" else design.planned
    lines = [
        'patients = read("adsl")',
        *_best_response(trial),
        f'patients["arm"] = text(patients[{column!r}]).map(ARMS)',
        'population = patients["arm"].notna()',
    ]
    if population.flag:
        lines.append(f"population &= text(patients[{population.flag!r}]) == 'Y'")
    lines.append("keep = population.copy()")
    return lines + [f"keep &= {filtered(trial, chosen)}" for chosen in selection.filters]


def _best_response(trial: Trial) -> list[str]:
    """Lines that bring the best response from the table that has it, where ADSL has no response of its own."""
    found = best_response.source(trial.tables)
    if found is None or RESPONSE in trial.patients or best_response.BEST not in trial.patients:
        return []
    table, parameter = found
    return [
        f"if {best_response.BEST!r} not in patients:",
        f"    best = read({table!r})[lambda rows: rows['PARAMCD'] == {parameter!r}].set_index('USUBJID')['AVALC']",
        f"    patients[{best_response.BEST!r}] = patients['USUBJID'].map(best)",
    ]


def filtered(trial: Trial, chosen: Filter) -> str:
    """A filter as an expression: a mask of `patients`."""
    if chosen.variable == ADVERSE_EVENT:
        return f'patients["USUBJID"].isin(had_event({list(chosen.levels)!r}))'
    if chosen.variable.startswith(PREFIX):
        return " | ".join(f"({_came(trial, chosen.variable, level)})" for level in chosen.levels)
    factor = next(f for f in trial.design.factors if f.variable == chosen.variable)
    return level_mask(factor, chosen.levels)


def level_mask(factor: Factor, levels: Sequence[str]) -> str:
    """Who has one of these levels of a factor, as an expression."""
    if not factor.cuts:
        return f"text(patients[{factor.variable!r}]).isin({list(levels)!r})"
    names = [level.value for level in factor.levels]
    return " | ".join(f"({_between(factor, names.index(level))})" for level in levels)


def _between(factor: Factor, place: int) -> str:
    values = f"number(patients[{factor.variable!r}])"
    bounds = [(">=", factor.cuts[place - 1])] if place else []
    bounds += [("<", factor.cuts[place])] if place < len(factor.cuts) else []
    return " & ".join(f"({values} {sign} {float(cut)!r})" for sign, cut in bounds)


def place_of(step: Step, trial: Trial) -> str:
    """Where each patient stands in a step of the path, as an expression."""
    stage = next((s for s in trial.design.stages if s.variable == step.id), None)
    if stage is None:
        return f"state_at({int(step.id.removeprefix('month'))})"
    return f"stage({stage.variable!r}, {[level.value for level in stage.levels]!r})"


def _came(trial: Trial, variable: str, level: str) -> str:
    """Who stands at a level of a step, or came to it from a level of the step before."""
    name = variable.removeprefix(PREFIX)
    is_stage = any(stage.variable == name for stage in trial.design.stages)
    path = steps(trial, None if is_stage else int(name.removeprefix("month")))
    here = next(place for place, step in enumerate(path) if step.id == name)
    ids = [known.id for known in path[here].levels]
    if level in ids:
        return f"{place_of(path[here], trial)} == {ids.index(level)}"
    before, pairs = path[here - 1], _pairs(path[here - 1].levels, path[here].levels)
    source, target = pairs[level]
    return f"({place_of(before, trial)} == {source}) & ({place_of(path[here], trial)} == {target})"


def _pairs(before: Sequence[Level], after: Sequence[Level]) -> dict[str, tuple[int, int]]:
    return {f"{a.id}{THEN}{b.id}": (i, j) for i, a in enumerate(before) for j, b in enumerate(after)}
