"""Comparing: the recomputed numbers written like the printed ones, the light of each row, and the score."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from analysis.estimate import NotEstimable
from analysis.reproduction.place import Place, places
from analysis.reproduction.recipes import RECIPES, Numbers, compute
from analysis.selection import Selection, whole_trial, write_pairs, write_query
from data.contract import Trial
from data.published import Contradiction, Fact, Part, Printed, load_contradictions, load_facts, load_parts

Light = Literal["equal", "within", "differs", "not_comparable"]
RULES: dict[Light, str] = {
    "equal": "equal after rounding to the printed digits (halves up)",
    "within": "not equal, but hazard and odds ratios within 10% and limits of intervals within 15%",
    "differs": "not equal after rounding to the printed digits (halves up)",
    "not_comparable": "not comparable with the final data",
}
#: How near a number of an unpublished model must come, by statistic: ratios, and the limits of their intervals.
NEAR = {"hazard_ratio_model": 0.10, "odds_ratio": 0.10, "hazard_ratio_model_interval_95": 0.15, "hazard_ratio": 0.10}
#: Statistics whose recomputed number is shown with one digit more than the paper prints.
COUNTS = frozenset(
    {"count", "count_of", "count_percent", "percent", "event_count", "date", "median_range", "values", "total"}
)
_NUMBER = re.compile(r"(?<![\d.])[<-]?(?:\d+\.?\d*|\.\d+)")


@dataclass(frozen=True)
class Row:
    """One published number and the recomputed one. `recomputed` carries a digit more than the paper where it helps.

    `rule` says what the light means, `definition` how the number is defined, `note` what a reader must know: the
    reading used where the paper contradicts itself, or why there is no number. `compared` says that the number sets
    groups against each other, also within an arm. `view` and `query` show the number,
    both empty where no view does; `places` are all that do, for who asks whether a state shows it.
    """

    id: str
    section: str
    quantity: str
    population: str
    arm: str
    published: str
    recomputed: str
    light: Light
    rule: str
    tier: str
    source: str
    definition: str
    note: str
    compared: bool
    view: str
    query: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Score:
    """How many numbers of a tier there are, and how many have each light."""

    tier: str
    n: int
    equal: int
    within: int
    differs: int
    not_comparable: int

    @property
    def agree(self) -> int:
        """Equal, or as near as the rule for models that were not published asks."""
        return self.equal + self.within


@dataclass(frozen=True)
class Reproduction:
    """The table and its scores by tier, in the order of the paper; `parts` are its tables, figures and paragraphs.

    Each part comes with the query that shows its numbers.
    """

    rows: tuple[Row, ...]
    scores: tuple[Score, ...]
    parts: tuple[tuple[Part, str], ...]

    @property
    def sections(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.section for row in self.rows))


def analyse(trial: Trial) -> Reproduction | NotEstimable:
    """Recompute every fact of the trial's fact file; NotEstimable for a trial without one."""
    facts = load_facts(trial.folder)
    if not facts:
        return NotEstimable("This trial has no file of published numbers.")
    contradictions = load_contradictions(trial.folder)
    rows = tuple(_row(trial, fact, contradictions) for fact in facts)
    own = write_query(write_pairs(whole_trial(trial.design), trial.design))
    return Reproduction(
        rows,
        tuple(_score(rows, tier) for tier in dict.fromkeys(row.tier for row in rows)),
        tuple((part, f"{own}&{part.query}" if part.query else own) for part in load_parts(trial.folder)),
    )


def published_in(result: Reproduction, view: str, selection: Selection, options: Any) -> tuple[Row, ...]:
    """The rows whose numbers a card of `view` shows in a state."""
    return tuple(row for row in result.rows if any(place.is_shown_in(view, selection, options) for place in row.places))


def tidy(result: Reproduction) -> list[dict[str, Any]]:
    """The table as records, for export."""
    names = [field.name for field in fields(Row) if field.name != "places"]
    return [{name: getattr(row, name) for name in names} for row in result.rows]


def _row(trial: Trial, fact: Fact, contradictions: Sequence[Contradiction]) -> Row:
    answer = (
        compute(trial, fact) if fact.statistic in RECIPES else NotEstimable("Nothing in the final data to compare.")
    )
    reason = answer.reason if isinstance(answer, NotEstimable) else ""
    light = "not_comparable" if isinstance(answer, NotEstimable) else light_of(fact, answer)
    notes = [fact.note, reason, *(c.reading for c in contradictions if fact.id in c.facts)]
    arms = {arm.id: arm.short for arm in trial.design.arms}
    where = places(trial, fact)
    return Row(
        id=fact.id,
        section=fact.section,
        quantity=fact.quantity,
        population=next((p.short for p in trial.design.populations if p.id == fact.population), fact.population),
        arm=arms.get(
            fact.arm, {"all": "all", "ino vs soc": " v ".join(arms.values())}[fact.arm] if fact.arm not in arms else ""
        ),
        published=fact.printed,
        recomputed="" if isinstance(answer, NotEstimable) else written(fact, answer, fact.statistic not in COUNTS),
        light=light,
        rule=RULES[light],
        tier=fact.tier,
        source=fact.source,
        definition=fact.definition,
        note=" ".join(note for note in notes if note),
        compared=fact.arm not in arms or "~" in fact.measure,
        view=where[0].view if where else "",
        query=where[0].query(trial) if where else "",
        places=where,
    )


def light_of(fact: Fact, answer: Numbers) -> Light:
    """Equal if written with the printed digits it is the printed text; within if a model's number is near enough."""
    if written(fact, answer) == fact.printed:
        return "equal"
    near = NEAR.get(fact.statistic)
    if fact.tier == "conditional" and near is not None:
        pairs = zip(answer, fact.numbers, strict=True)
        if all(isinstance(found, float) and abs(found / printed.value - 1) <= near for found, printed in pairs):
            return "within"
    return "differs"


def written(fact: Fact, answer: Numbers, more: bool = False) -> str:
    """The numbers in place of the printed ones, with the printed decimals, or one `more`; halves round up."""
    if fact.statistic == "date":
        return str(answer[0])
    if fact.statistic == "values":
        return ", ".join(rounded(float(value), 0) for value in answer)
    texts = _texts(answer, fact.numbers, more)
    return _NUMBER.sub(lambda match: next(texts), fact.printed)


def _texts(answer: Numbers, printed: Sequence[Printed], more: bool) -> Iterator[str]:
    for value, like in zip(answer, printed, strict=True):
        number = float(value)
        below = like.limit and number < like.value
        text = rounded(like.value if below else number, like.decimals + (more and not below))
        yield ("<" if below else "") + (text.removeprefix("0") if like.limit else text)


def rounded(value: float, decimals: int) -> str:
    """Write with `decimals` digits, halves away from zero as SAS does; what floating point adds is removed first."""
    exact = Decimal(repr(round(value, 10)))
    return str(exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


def _score(rows: Sequence[Row], tier: str) -> Score:
    lights = [row.light for row in rows if row.tier == tier]
    return Score(
        tier, len(lights), *(lights.count(light) for light in ("equal", "within", "differs", "not_comparable"))
    )
