"""The places of a fact: the views that show the number, and the state in which they do.

By section of the paper and statistic. A fact has no place where no view can show its number: of an earlier cut-off, or
of patients that the trial's filters cannot choose. A view is named as in `/numbers/<view>`; on which page it stands is
known where pages are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.options import as_text, write_options
from analysis.reproduction.recipes import RECIPES
from analysis.selection import Filter, Selection, whole_trial, write_pairs, write_query
from data.contract import Factor, Trial
from data.published import Condition, Fact, condition, conditions, model

Pairs = tuple[tuple[str, str], ...]

#: Options of a view that change which of its numbers are in sight, and none of them.
DISPLAY: Mapping[str, frozenset[str]] = {
    "survival": frozenset({"scale", "rows", "lower", "band", "censored", "medians", "area", "complement"}),
    "safety": frozenset({"rank", "rate", "least", "columns", "find", "event"}),
    "transplant": frozenset({"path", "month"}),
    "laboratory": frozenset({"way", "landmark", "predict", "answer"}),
    "response": frozenset({"forest", "contrast"}),
}
#: Views that show the endpoint chosen; in the others it does not matter.
OF_ENDPOINT = frozenset({"survival", "subgroups", "predictors", "survivors"})
#: Views of the trial as randomized, whatever population is chosen, and of the safety population always.
OF_ALL_POPULATIONS = frozenset({"profile", "deaths", "exposure", "safety", "hepatic", "vod"})
#: The statistics that a survival curve has.
SURVIVAL = ("survival_", "hazard_ratio", "hazard_reduction", "p_one_sided", "rmst", "p_rmst")


@dataclass(frozen=True)
class Place:
    """A view in a state: population, filters and, where the view has one, endpoint; both arms are on.

    `arms` are those whose number it is. `options` make the number what it is, `sight` brings it into sight.
    """

    view: str
    selection: Selection
    arms: tuple[str, ...]
    options: Pairs = ()
    sight: Pairs = ()

    def query(self, trial: Trial) -> str:
        """The query of the link."""
        return write_query([*write_pairs(self.selection, trial.design), *self.options, *self.sight])

    def is_shown_in(self, view: str, selection: Selection, options: Any) -> bool:
        """Whether a card of `view` shows the number in a state that the reader has chosen."""
        mine = self.selection
        return (
            view == self.view
            and selection.filters == mine.filters
            and (view in OF_ALL_POPULATIONS or selection.population == mine.population)
            and (view not in OF_ENDPOINT or selection.endpoint == mine.endpoint)
            and set(self.arms) <= set(selection.arms)
            and self._chosen(write_options(options)) == self._chosen(self.options)
        )

    def _chosen(self, pairs: Sequence[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """What changes a number; a list of names (`covariates`) is the same in any order."""
        ignored = DISPLAY.get(self.view, frozenset())
        return frozenset((name, ",".join(sorted(value.split(",")))) for name, value in pairs if name not in ignored)


def places(trial: Trial, fact: Fact) -> tuple[Place, ...]:
    """Where the number of `fact` stands, the view that is about it first; nowhere if no view shows it."""
    first = _place(trial, fact)
    return () if first is None else (first, *_elsewhere(trial, fact, first))


def _elsewhere(trial: Trial, fact: Fact, first: Place) -> tuple[Place, ...]:
    """The other views that show the same number in the same population: in the forest, and on cards of the event."""
    found: list[Place | None] = []
    transplant, how, later = trial.design.transplant, trial.design.assessments, trial.design.therapies
    whole, survival = not fact.where, first.view == "survival"
    if survival and fact.statistic.startswith("hazard_ratio") and len(first.selection.filters) < 2:
        strata = fact.measure.endswith("stratified")
        if strata if whole else len(first.selection.filters[0].levels) == 1:
            found.append(_at(trial, fact, "subgroups", ()))
    if survival and whole:
        endpoint, short = first.selection.endpoint, fact.statistic.startswith("survival_median")
        if how is not None and endpoint == how.duration and short:
            found.append(_at(trial, fact, "response", ()))
        if later is not None and endpoint == later.endpoint and (short or fact.statistic.startswith("hazard_")):
            found.append(_at(trial, fact, "therapies", ()))
        if transplant is not None and endpoint == transplant.censored and not fact.statistic.startswith("survival_r"):
            found += [_at(trial, fact, "laboratory", (), _arm_options(arm.id, trial)) for arm in trial.design.arms]
    if (
        first.view == "response"
        and whole
        and fact.statistic.startswith("count")
        and fact.counts.startswith(trial.design.response.variable if trial.design.response else "-")
    ):
        found.append(_at(trial, fact, "transplant", ()))
    return tuple(place for place in found if place is not None)


def _place(trial: Trial, fact: Fact) -> Place | None:
    """The view that is about the number, in the state that shows it."""
    if fact.statistic == "reading":
        return _at(trial, fact, "survival", (), (), (("lower", "difference"),))
    if fact.statistic not in RECIPES:
        return None
    where = conditions(fact.where)
    if "~" in fact.measure and fact.section == "Predictors":
        return _model(trial, fact)
    if fact.statistic.startswith(("hazard_ratio_model", "p_model", "p_logrank_within")):
        return _laboratory(trial, fact)
    if fact.statistic.startswith(SURVIVAL):
        return _laboratory(trial, fact) if fact.section == "Transplant" and where else _survival(trial, fact, where)
    return SECTIONS[fact.section](trial, fact, where) if fact.section in SECTIONS else None


def _at(
    trial: Trial, fact: Fact, view: str, where: Sequence[Condition], options: Pairs = (), sight: Pairs = ()
) -> Place | None:
    """A place in the fact's population; None where the trial has no filter for what `where` asks."""
    filters = tuple(_filter(trial, rule) for rule in where)
    kept = tuple(found for found in filters if found is not None)
    if len(kept) < len(filters):
        return None
    default = whole_trial(trial.design)
    selection = Selection(
        trial=trial.id,
        population=fact.population if fact.population in trial.populations else default.population,
        endpoint=_endpoint(trial, fact) if view in OF_ENDPOINT else default.endpoint,
        arms=default.arms,
        filters=tuple(sorted(kept, key=lambda found: found.variable)),
        reveal=bool(kept) and fact.statistic.startswith("p_"),
    )
    arms = (fact.arm,) if fact.arm in default.arms else default.arms
    return Place(view, selection, arms, options, sight)


def _endpoint(trial: Trial, fact: Fact) -> str:
    name = fact.measure.split()[0] if fact.measure else ""
    return name if name in trial.times else whole_trial(trial.design).endpoint


def _survival(trial: Trial, fact: Fact, where: Sequence[Condition]) -> Place | None:
    """The curves of the endpoint, at the month of a rate."""
    endpoint = next(e for e in trial.design.endpoints if e.id == _endpoint(trial, fact))
    month = float(fact.statistic.rpartition("_")[2]) if fact.statistic.startswith("survival_rate_") else None
    options = (("milestone", as_text(month)),) if month not in (None, endpoint.milestone) else ()
    stratified = fact.measure.endswith("stratified")
    level = fact.statistic.rpartition("_interval_")[2]
    if fact.statistic.startswith("hazard_ratio_interval") and level != _digits(endpoint.hazard_ratio_level):
        return None  # the card has one level
    if where and stratified:
        return None  # a cohort is compared without the strata
    if not where and fact.arm == "ino vs soc" and not stratified and not fact.statistic.startswith(("rmst", "p_rmst")):
        options = (*options, ("stratified", "off"))
    return _at(trial, fact, "survival", where, options)


def _digits(level: float) -> str:
    return as_text(100 * level).replace(".", "")


def _laboratory(trial: Trial, fact: Fact) -> Place | None:
    """Transplanted against not, among the responders of an arm: what the laboratory calls naive."""
    return _at(trial, fact, "laboratory", (), _arm(trial, fact))


def _arm(trial: Trial, fact: Fact) -> Pairs:
    """The arm that a card of one arm shows, where it is not the first."""
    return _arm_options(fact.arm, trial)


def _arm_options(arm: str, trial: Trial) -> Pairs:
    return () if arm == trial.design.arms[0].id else (("hsctarm", arm),)


def _profile(trial: Trial, fact: Fact, where: Sequence[Condition]) -> Place | None:
    """From allocation to analysis; patients counted by a factor are a cohort."""
    factors = {factor.variable for factor in trial.design.factors}
    return _at(trial, fact, "profile", [rule for rule in conditions(fact.counts) if rule.variable in factors])


def _baseline(trial: Trial, fact: Fact, where: Sequence[Condition]) -> Place | None:
    shown = {factor.variable for factor in trial.design.factors if not factor.post_baseline}
    shown |= {characteristic.variable for characteristic in trial.design.characteristics}
    counted = conditions(fact.counts)
    known = all(rule.variable in shown for rule in counted) and (not _cuts(counted) or _is_level(trial, counted))
    return _at(trial, fact, "baseline", where) if known else None


def _cuts(rules: Sequence[Condition]) -> bool:
    """Whether the conditions cut a number."""
    return any(rule.operator in ("<", "<=", ">", ">=") for rule in rules)


def _is_level(trial: Trial, rules: Sequence[Condition]) -> bool:
    """Whether the patients who meet the conditions are one level of a factor."""
    found = [set(_levels(f, rule)) for rule in rules for f in trial.design.factors if f.variable == rule.variable]
    return len(found) == len(rules) and len(set.intersection(*found)) == 1


def _safety(trial: Trial, fact: Fact, where: Sequence[Condition]) -> Place | None:
    """Adverse events by term, seriousness and worst grade."""
    if not fact.counts.startswith("AE"):
        return _exposure(trial, fact, where)
    rules = {rule.variable: rule.value for rule in conditions(fact.counts.removeprefix("AE"))}
    if not set(rules) <= {"AEDECOD", "AESER", "MAXGR"}:
        return None
    serious = "AESER" in rules
    options = (("kind", "serious"),) if serious else ()
    sight = (("least", "0"), *((("columns", "grades"),) if serious else ()))
    term = (("find", rules["AEDECOD"]), ("event", rules["AEDECOD"])) if "AEDECOD" in rules else ()
    return _at(trial, fact, "safety", where, options, (*sight, *term))


def _exposure(trial: Trial, fact: Fact, where: Sequence[Condition]) -> Place | None:
    """Treatment and care: the numbers of those who have one, the flags of all."""
    names = {name for e in trial.design.exposures for name in (e.variable, e.flag)}
    asked = fact.measure.split()[0] if fact.measure else conditions(fact.counts)[0].variable
    return _at(trial, fact, "exposure", ()) if {asked, *(rule.variable for rule in where)} <= names else None


def _response(trial: Trial, fact: Fact, where: Sequence[Condition]) -> Place | None:
    """The response of a population or a cohort; residual disease is that of the responders already."""
    declared, how = trial.design.response, trial.design.assessments
    response, residual = declared.variable if declared else "", how.residual if how else ""
    counted = conditions(fact.counts)
    if any(rule.variable == response and rule.value not in (declared.values if declared else ()) for rule in counted):
        return _at(trial, fact, "therapies", ())
    others = [rule for rule in counted if rule.variable not in (response, residual)]
    return _at(trial, fact, "response", [*(rule for rule in where if rule.variable != response), *others])


def _therapies(trial: Trial, fact: Fact, where: Sequence[Condition]) -> Place | None:
    """Later therapies, of all patients, of the responders, and of the others: all on one card."""
    return _at(trial, fact, "therapies", ())


def _transplant(trial: Trial, fact: Fact, where: Sequence[Condition]) -> Place | None:
    """The flow, in a cohort where it asks for one; the deaths after transplant."""
    names = {rule.variable for rule in conditions(fact.counts)}
    deaths = trial.design.deaths
    if deaths and names & {deaths.flag, deaths.term, *(cause.flag for cause in deaths.causes)}:
        return _at(trial, fact, "deaths", ())
    steps = {stage.variable for stage in trial.design.stages} | {deaths.after if deaths else ""}
    return _at(trial, fact, "transplant", where) if names <= steps else None


def _deaths(trial: Trial, fact: Fact, where: Sequence[Condition]) -> Place | None:
    return _at(trial, fact, "deaths", where)


def _model(trial: Trial, fact: Fact) -> Place | None:
    """A model of covariates that the trial offers, chosen one by one."""
    return _chosen(trial, fact, tuple(_variable(term) for term in model(fact.measure).covariates))


def _chosen(trial: Trial, fact: Fact, covariates: tuple[str, ...]) -> Place | None:
    if not {*covariates} <= {predictor.variable for predictor in trial.design.predictors}:
        return None
    return _at(trial, fact, "predictors", (), (("model", "chosen"), ("covariates", ",".join(covariates))))


def _predictors(trial: Trial, fact: Fact, where: Sequence[Condition]) -> Place | None:
    """The patients of the models, in one of what they are counted by; those who lived so long, beside the others."""
    times = [rule for rule in (*where, *conditions(fact.counts)) if rule.variable in trial.times]
    if not times:
        counted = tuple(rule.variable for rule in conditions(fact.counts))
        return _chosen(trial, fact, counted) if counted else _at(trial, fact, "predictors", ())
    first = fact.arm == trial.design.arms[0].id
    endpoint = next(e for e in trial.design.endpoints if e.id == times[0].variable)
    options = () if first else (("survivorsarm", fact.arm),)
    alive = () if float(times[0].value) == endpoint.milestone else (("alive", as_text(float(times[0].value))),)
    return _at(trial, fact, "survivors", (), (*options, *alive))


def _liver(trial: Trial, fact: Fact, where: Sequence[Condition]) -> Place | None:
    """Hepatotoxicity and VOD/SOS by transplant and onset, in a cohort; the models of VOD/SOS after transplant."""
    settings, transplant = trial.design.hepatic, trial.design.transplant
    if "~" in fact.measure:
        models = transplant.models if transplant else ()
        covariates = tuple(_variable(term) for term in model(fact.measure).covariates)
        chosen = models.index(covariates) + 1 if covariates in models else 1
        return _at(trial, fact, "vod", (), (*_arm(trial, fact), *((("vodmodel", str(chosen)),) if chosen > 1 else ())))
    if fact.counts.startswith("AE") or not fact.counts:
        return _at(trial, fact, "hepatic", [] if fact.statistic != "values" else where)
    own = {settings.vod if settings else "", transplant.vod if transplant else "", _event_flag(trial)}
    asked = [rule for rule in (*where, *conditions(fact.counts)) if rule.variable not in own]
    return _at(trial, fact, "hepatic", asked)


def _event_flag(trial: Trial) -> str:
    return trial.design.deaths.after if trial.design.deaths else ""


def _variable(term: str) -> str:
    """The variable of a covariate, which is a condition or a number."""
    return condition(term).variable if any(sign in term for sign in "<>=") else term


Section = Callable[[Trial, Fact, Sequence[Condition]], Place | None]
#: Where the other numbers of a section of the paper stand.
SECTIONS: Mapping[str, Section] = {
    "Patients": _profile,
    "Baseline": _baseline,
    "Response": _response,
    "Overall survival": _baseline,
    "Later therapy": _therapies,
    "Transplant": _transplant,
    "Predictors": _predictors,
    "Safety": _safety,
    "Liver": _liver,
    "Deaths": _deaths,
}


def _filter(trial: Trial, rule: Condition) -> Filter | None:
    factor = next((f for f in trial.design.factors if f.variable == rule.variable), None)
    levels = _levels(factor, rule) if factor is not None else ()
    return Filter(rule.variable, levels) if levels else None


def _levels(factor: Factor, rule: Condition) -> tuple[str, ...]:
    """The levels that a condition keeps; none where it cuts across them."""
    names = tuple(level.value for level in factor.levels)
    if rule.value == "":
        return names if rule.operator == "!=" else ()
    if rule.operator in ("=", "!=") and not factor.cuts:
        return tuple(name for name in names if (name == rule.value) == (rule.operator == "="))
    cuts = [float(cut) for cut in factor.cuts]
    if rule.operator in ("<", ">=") and float(rule.value) in cuts:
        position = cuts.index(float(rule.value)) + 1
        return names[:position] if rule.operator == "<" else names[position:]
    return ()
