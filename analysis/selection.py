"""What the reader has chosen: one frozen, hashable `Selection`, read from a link and written back to one.

It is the key of a cache, the footer of an export and the summary for a screen reader (`in_words`). Reading
never fails: what a link says that the trial does not know is ignored with a sentence for the reader.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from analysis.groups import find_group
from analysis.options import Pairs
from data.contract import Arm, Endpoint, Population, Trial, TrialDesign

#: A filter on the factor SEX is the pair `where.SEX=F`, repeated for each level kept.
FILTER_PREFIX = "where."
SELECTION_NAMES = frozenset({"trial", "population", "endpoint", "arms", "reveal"})

#: Longer query strings and more pairs than these come from no page of ours.
LONGEST_QUERY = 4000
MOST_PAIRS = 100


@dataclass(frozen=True)
class Filter:
    """Keeps the patients whose factor `variable` has one of `levels` (values as in the data)."""

    variable: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Selection:
    """Trial, population, endpoint ("" without endpoints), arms in the order of the trial, and cohort filters.

    `reveal` says that the reader asked for the P values of an exploratory cohort.
    """

    trial: str
    population: str
    endpoint: str
    arms: tuple[str, ...]
    filters: tuple[Filter, ...] = ()
    reveal: bool = False


def whole_trial(design: TrialDesign) -> Selection:
    """The selection a link without a query shows: first population, first endpoint, every arm, no filter."""
    return Selection(
        trial=design.id,
        population=design.populations[0].id,
        endpoint=design.endpoints[0].id if design.endpoints else "",
        arms=tuple(arm.id for arm in design.arms),
    )


def read_pairs(query: str) -> tuple[Pairs, tuple[str, ...]]:
    """The name and value pairs of a query string ("?a=b&c=d"); an oversized one counts as empty, with a notice."""
    text = query.removeprefix("?")
    if len(text) > LONGEST_QUERY:
        return (), ("The link was too long to come from this page, so its settings were ignored.",)
    try:
        return tuple(parse_qsl(text, max_num_fields=MOST_PAIRS)), ()
    except ValueError:
        return (), ("The link could not be read, so its settings were ignored.",)


def read_selection(trial: Trial, pairs: Pairs) -> tuple[Selection, tuple[str, ...]]:
    """The selection that `pairs` ask of this trial, and a sentence for each part that was ignored."""
    selection, notices = whole_trial(trial.design), list[str]()
    filters: dict[str, list[str]] = {}
    for name, value in pairs:
        variable = name.removeprefix(FILTER_PREFIX)
        if variable != name:
            group = find_group(trial, variable)
            known = group is not None and value in group.levels
            if known:
                filters.setdefault(variable, []).append(value)
        else:
            selection, known = _chosen(selection, trial.design, name, value)
        if not known:
            notices.append(f"This trial has no {variable} “{value[:40]}”; it was ignored.")
    kept = tuple(
        Filter(variable, tuple(value for value in group.levels if value in values))
        for variable, values in sorted(filters.items())
        if (group := find_group(trial, variable))
    )
    return replace(selection, filters=kept), tuple(notices)


def _chosen(selection: Selection, design: TrialDesign, name: str, value: str) -> tuple[Selection, bool]:
    """The selection with the choice `name` set to `value`, and whether the trial knows all of it."""
    if name == "arms":
        wanted = set(value.split(","))
        arms = tuple(arm.id for arm in design.arms if arm.id in wanted)
        return replace(selection, arms=arms or selection.arms), len(arms) == len(wanted)
    if name == "population" and value in {population.id for population in design.populations}:
        return replace(selection, population=value), True
    if name == "endpoint" and value in {endpoint.id for endpoint in design.endpoints}:
        return replace(selection, endpoint=value), True
    if name == "reveal" and value in ("on", "off"):
        return replace(selection, reveal=value == "on"), True
    return selection, name not in ("population", "endpoint", "reveal")


def unknown_names(pairs: Pairs, known: Iterable[str]) -> tuple[str, ...]:
    """A sentence for each name in `pairs` that neither the selection nor a view (`known`) reads."""
    known = SELECTION_NAMES | set(known)
    names = dict.fromkeys(name for name, _ in pairs if name not in known and not name.startswith(FILTER_PREFIX))
    return tuple(f"The link’s setting “{name[:40]}” is not known here and was ignored." for name in names)


def write_pairs(selection: Selection, design: TrialDesign) -> list[tuple[str, str]]:
    """The pairs of a link that restore `selection`; what the trial shows anyway is left out, the trial is not."""
    default = whole_trial(design)
    pairs = [("trial", selection.trial)]
    if selection.population != default.population:
        pairs.append(("population", selection.population))
    if selection.endpoint != default.endpoint:
        pairs.append(("endpoint", selection.endpoint))
    if selection.arms != default.arms:
        pairs.append(("arms", ",".join(selection.arms)))
    pairs.extend((FILTER_PREFIX + f.variable, level) for f in selection.filters for level in f.levels)
    if selection.reveal:
        pairs.append(("reveal", "on"))
    return pairs


def write_query(pairs: Iterable[tuple[str, str]]) -> str:
    """The query string of `pairs`, with its question mark; empty without pairs."""
    text = urlencode(list(pairs), safe=",")
    return f"?{text}" if text else ""


def selected_arms(selection: Selection, design: TrialDesign) -> tuple[Arm, ...]:
    """The arms switched on, in the order of the trial."""
    return tuple(arm for arm in design.arms if arm.id in selection.arms)


def selected_population(selection: Selection, design: TrialDesign) -> Population:
    """The analysis set chosen."""
    return next(p for p in design.populations if p.id == selection.population)


def selected_endpoint(selection: Selection, design: TrialDesign) -> Endpoint | None:
    """The endpoint chosen; None in a trial without endpoints."""
    return next((e for e in design.endpoints if e.id == selection.endpoint), None)


def filter_in_words(chosen: Filter, trial: Trial) -> str:
    """A filter as its chip says it: "Age group: <55", "Salvage: 1 or 2"."""
    group = find_group(trial, chosen.variable)
    if group is None:
        return chosen.variable
    return f"{group.label}: {' or '.join(group.levels[value] for value in chosen.levels)}"


def population_in_words(population: Population) -> str:
    """A population as a sentence names it: "Safety population, as treated", "All randomized"."""
    name, *treatment = population.label.split(", ")
    known = any(word in name.lower() for word in ("population", "patients", "randomized", "randomised", "set"))
    return population.label if known else ", ".join([f"{name} population", *treatment])


def in_words(selection: Selection, trial: Trial) -> str:
    """The selection as a sentence fragment: population, then each filter, then the arms if not all of them."""
    parts = [population_in_words(selected_population(selection, trial.design))]
    parts += [filter_in_words(chosen, trial) for chosen in selection.filters]
    arms = selected_arms(selection, trial.design)
    if len(arms) < len(trial.design.arms):
        parts.append(" and ".join(arm.label for arm in arms) + " only")
    return "; ".join(parts)
