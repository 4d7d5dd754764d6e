"""VOD/SOS after transplant: its share, and the odds ratios of its risk factors, alone and together, in one forest."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from analysis.estimate import Estimate, NotEstimable
from analysis.selection import Selection
from analysis.vod import LEVEL, Odds, RiskRow, VodOptions, VodResult
from components import card, controls, forest
from components.forest import Axis, Column, Line
from components.format import count, interval_of, p_value, percent, ratio, share, value_of, with_interval
from components.laboratory import arm_choice
from components.theme import MUTED, Room, Screen, arm_ink, figure_width
from data.contract import Trial

VIEW = "vod"
TITLE = "VOD/SOS after transplant"
HEIGHT = 470
#: Under this many patients an estimate is printed in grey; so is the odds ratio of a model with fewer events a factor.
FEW = 10

HOW_TO_READ = (
    "Of the patients who were transplanted, how many had veno-occlusive disease of the liver (sinusoidal obstruction), "
    "and in whom it was more frequent. Above, each factor alone: an odds ratio of 3 says that the odds of VOD/SOS are "
    "three times as high with the factor. Below, the factors of one model together: each odds ratio is what is left "
    "when the others are the same. With few cases the intervals are wide and the odds ratios tend to come out too "
    "large: a common rule wants ten cases for each factor in a model. Those transplanted are known only after "
    "randomization, so the arms are not compared here."
)


def layout(trial: Trial, selection: Selection, options: VodOptions, room: Room) -> Component:
    """The empty card with its controls."""
    settings = trial.design.transplant
    models = len(settings.models) if settings else 0
    chosen: list[Component] = []
    if models > 1:
        numbers = [(str(i), f"Model {i}") for i in range(1, models + 1)]
        chosen.append(controls.select("vodmodel", "Together", numbers, str(options.vodmodel)))
    if len(trial.design.arms) > 1:
        chosen.append(arm_choice(trial, options.hsctarm, VIEW))
    return card.layout(VIEW, TITLE, HEIGHT, chosen, explain=HOW_TO_READ)


def content(result: VodResult, screen: Screen) -> card.Filled:
    """Everything the card shows for `result`."""
    return card.Filled(
        headline=headline(result),
        figure=figure(result, figure_width("page", screen), screen == "phone"),
        method=f"{_few(result)}{result.method}",
        table=numbers(result),
    )


def headline(result: VodResult) -> list[card.Figure]:
    """The share with VOD/SOS, then the odds ratios of the model."""
    value = value_of(result.share, share)
    figures = [
        card.Figure(
            value if isinstance(result.share, NotEstimable) else f"{value}%",
            interval_of(result.share, share),
            f"{count(result.events)} of {count(result.n)} transplanted, {result.arm.short}",
            colour=arm_ink(result.position),
            faint=result.n < FEW,
        )
    ]
    return figures + [
        card.Figure(
            value_of(row.together.ratio, ratio),
            interval_of(row.together.ratio, ratio),
            f"OR, {row.label}",
            faint=result.complete < FEW,
        )
        for row in result.rows
        if row.together is not None
    ]


def figure(result: VodResult, width: int, stacked: bool) -> dict[str, Any]:
    """The forest: each factor alone, then those of the model together."""
    lines = [Line("One at a time", "", heading=True)]
    lines += [_line(row, row.alone) for row in result.rows]
    together = [row for row in result.rows if row.together is not None]
    if together:
        lines.append(Line(f"Together, {_model(result)}", "", heading=True))
        lines += [_line(row, row.together) for row in together if row.together is not None]
    columns = [Column("With it", 90), Column("Without", 90)]
    axis = Axis("ratio", ("less VOD/SOS", MUTED), ("more VOD/SOS", MUTED))
    title = f"Odds ratio ({percent(LEVEL)} CI)"
    return forest.figure(lines, columns, title, axis, width, 30, stacked)


def _line(row: RiskRow, odds: Odds) -> Line:
    cells = (_counts(row.with_it), "" if row.without is None else _counts(row.without))
    estimate = odds.ratio if isinstance(odds.ratio, Estimate) else None
    faint = row.with_it is not None and row.without is not None and min(row.with_it[1], row.without[1]) < FEW
    return Line(row.label, with_interval(odds.ratio, ratio), cells, estimate, faint=faint)


def _counts(counts: tuple[int, int] | None) -> str:
    return "per unit" if counts is None else f"{count(counts[0])}/{count(counts[1])}"


def _model(result: VodResult) -> str:
    return f"{count(result.complete_events)} with VOD/SOS of {count(result.complete)} patients"


def _few(result: VodResult) -> str:
    """A warning where the model has too many factors for its events."""
    factors = sum(row.together is not None for row in result.rows)
    if not factors or result.complete_events >= FEW * factors:
        return ""
    return (
        f"Only {count(result.complete_events)} cases for the {factors} factors of the model: its odds ratios tend to "
        "be too large. "
    )


def numbers(result: VodResult) -> Component:
    """The same numbers as a table, with P and why an odds ratio cannot be estimated."""
    head = [
        "Factor",
        "VOD/SOS with it",
        "Without it",
        "Unknown",
        f"OR alone ({percent(LEVEL)} CI)",
        "P",
        f"OR in model {result.model} ({percent(LEVEL)} CI)",
        "P",
    ]
    rows = [
        [
            row.label,
            _share(row.with_it),
            "" if row.without is None else _share(row.without),
            count(row.unknown),
            with_interval(row.alone.ratio, ratio),
            p_value(row.alone.test, result.withheld),
            "" if row.together is None else with_interval(row.together.ratio, ratio),
            "" if row.together is None else p_value(row.together.test, result.withheld),
        ]
        for row in result.rows
    ]
    reasons = {
        f"{row.label}: {odds.ratio.reason}"
        for row in result.rows
        for odds in (row.alone, row.together)
        if odds is not None and isinstance(odds.ratio, NotEstimable)
    }
    models = [html.P(f"Model {i}: {words}.", className="reason") for i, words in enumerate(result.models, 1)]
    return html.Div(
        [
            card.table("Risk factors of VOD/SOS after transplant", head, rows),
            *models,
            *(html.P(reason, className="reason") for reason in sorted(reasons)),
            html.P(f"{result.words}.", className="reason"),
        ]
    )


def _share(counts: tuple[int, int] | None) -> str:
    if counts is None:
        return "per unit"
    events, n = counts
    return f"{count(events)} of {count(n)} ({share(events / n)}%)" if n else "0 of 0"
