"""Predictors of survival: the Cox model of each arm in one forest, and how it was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from analysis.estimate import Estimate, NotEstimable
from analysis.estimators.stepwise import Step
from analysis.predictors import ArmModel, PredictorsOptions, PredictorsResult, Row, covariate, declared
from analysis.selection import Selection
from components import card, controls, forest, ids
from components.forest import Axis, Column, Line
from components.format import count, p_value, percent, ratio, with_interval
from components.theme import MUTED, Room, Screen, arm_ink, figure_width
from data.contract import Trial

VIEW = "predictors"
TITLE = "Predictors of survival"
HEIGHT = 560
#: Fewer patients at a level are printed in grey; a model with fewer events a covariate is called too large.
FEW = 10
#: Below this P of the proportional-hazards test a hazard ratio is called doubtful.
DOUBTFUL = 0.05

HOW_TO_READ = (
    "Which patients live longer within one treatment arm. Each line is one covariate of a model of several: its hazard "
    "ratio compares patients with it and without it who are alike in the other covariates of the model. Above 1 the "
    "event comes sooner. Stepwise, the computer adds the covariate with the smallest P, then the next, and drops those "
    "that no longer matter. It has looked at many covariates and kept the best, so the P values and intervals of the "
    "model are too good to be true, and another sample would give another model: take it as a list of candidates, not "
    "as proof. Response, residual disease and transplant are known only later, and only of those who lived to have "
    "them: part of their effect is that head start. The models are of single arms and do not compare treatments."
)


def layout(trial: Trial, selection: Selection, options: PredictorsOptions, room: Room) -> Component:
    """The empty card with its controls."""
    endpoints = [(e.id, e.label) for e in trial.design.endpoints]
    return card.layout(
        VIEW,
        TITLE if trial.design.survival else "Predictors",
        HEIGHT,
        [controls.select("endpoint", "Endpoint", endpoints, selection.endpoint, hide_label=True, at=VIEW)],
        more=[_controls(trial, options)],
        explain=HOW_TO_READ,
    )


def _controls(trial: Trial, options: PredictorsOptions) -> html.Div:
    ways = [("stepwise", "Stepwise"), ("chosen", "All of the covariates")]
    offered = [{"value": p.variable, "label": covariate(trial, p).label} for p in declared(trial)]
    return html.Div(
        [
            controls.choice("model", "Model", ways, options.model),
            html.Div(
                [
                    controls.number("entry", "P to enter", options.entry, "0.1"),
                    controls.number("stay", "P to stay", options.stay, "0.1"),
                ],
                className="stepwise-only",
            ),
            html.Fieldset(
                [
                    html.Legend("Covariates: all, or only those ticked"),
                    dbc.Checklist(
                        id=ids.control("covariates"), options=offered, value=list(options.named), inline=True,
                        class_name="covariates",
                    ),
                ],
                className="covariates-choice",
            ),
        ],
        className="control-row",
    )  # fmt: skip


def content(result: PredictorsResult, screen: Screen) -> card.Filled:
    """Everything the card shows for `result`."""
    return card.Filled(
        headline=headline(result),
        figure=figure(result, figure_width("page", screen), screen == "phone"),
        method=result.method,
        table=numbers(result),
    )


def headline(result: PredictorsResult) -> list[card.Figure]:
    """Of each arm the patients of its model and their events."""
    return [
        card.Figure(
            f"{count(model.n)} of {count(model.of)}",
            f"{count(model.events)} events",
            f"in the model, {model.arm.short}",
            colour=arm_ink(model.position),
            faint=model.n < FEW,
        )
        for model in result.models
    ]


def figure(result: PredictorsResult, width: int, stacked: bool) -> dict[str, Any]:
    """The forest: a section an arm, a line a covariate."""
    lines: list[Line] = []
    for model in result.models:
        lines.append(
            Line(f"{model.arm.label}: {count(model.events)} events in {count(model.n)} patients", "", heading=True)
        )
        if model.reason is not None:
            lines.append(Line(model.reason.reason, "", ("", "")))
        lines += [_line(row) for row in model.rows]
    level = percent(result.endpoint.level)
    event = result.endpoint.event
    axis = Axis("ratio", (f"{event} later", MUTED), (f"{event} sooner", MUTED), weighted=False)
    columns = [Column("Patients", 80), Column("Reference", 90)]
    return forest.figure(lines, columns, f"Hazard ratio ({level} CI)", axis, width, 30, stacked)


def _line(row: Row) -> Line:
    cells = ("per unit", "") if row.with_it is None or row.without is None else (count(row.with_it), count(row.without))
    few = row.with_it is not None and row.without is not None and min(row.with_it, row.without) < FEW
    estimate = row.ratio if isinstance(row.ratio, Estimate) else None
    return Line(
        named(row), with_interval(row.ratio, ratio), cells, estimate,
        note=f"v {row.reference}" if row.reference else "", faint=few,
    )  # fmt: skip


def named(row: Row) -> str:
    """A covariate with the level that is compared."""
    return f"{row.label}, {row.level}" if row.reference else row.label


def numbers(result: PredictorsResult) -> Component:
    """The same numbers as tables, an arm each, with P, proportional hazards, the steps, and what was lost."""
    parts: list[Component] = [*_warnings(result)]
    for model in result.models:
        parts.append(html.H3(model.arm.label))
        if model.rows:
            parts.append(_model(model, result))
        reasons = [model.reason, *(row.ratio for row in model.rows), model.proportional if model.rows else None]
        said = dict.fromkeys(reason.reason for reason in reasons if isinstance(reason, NotEstimable))
        parts += [html.P(sentence, className="reason") for sentence in said]
        if model.steps:
            parts.append(_steps(model.steps, result.withheld))
        if model.waiting:
            left = ", ".join(f"{label} {p_value(test, result.withheld)}" for label, test in model.waiting)
            parts.append(html.P(f"Left out, with the test to enter: {left}.", className="reason"))
        if model.lost:
            lost = ", ".join(f"{label} in {count(n)}" for label, n in model.lost)
            gone = count(model.of - model.n)
            parts.append(html.P(f"{gone} patients are not in the model; unknown: {lost}.", className="reason"))
    parts.append(html.P(f"{result.words}.", className="reason"))
    return html.Div(parts)


def _warnings(result: PredictorsResult) -> list[Component]:
    said = []
    if result.selected:
        said.append(
            "Selected by their P values: the P values, hazard ratios and intervals of the model are too optimistic."
        )
    crowded = [m.arm.short for m in result.models if m.rows and m.events < FEW * len(m.rows)]
    if crowded:
        said.append(
            f"Fewer than {FEW} events for each covariate: {', '.join(crowded)}. The hazard ratios are unstable."
        )
    doubtful = [
        f"{row.label} ({model.arm.short})"
        for model in result.models
        for row in {row.variable: row for row in model.rows}.values()
        if not isinstance(row.proportional, NotEstimable) and row.proportional.p_value < DOUBTFUL
    ]
    if doubtful and not result.withheld:
        said.append(
            f"Hazards are not proportional for {', '.join(doubtful)}: each such hazard ratio is an average over time."
        )
    later = [label for label in result.later if any(label == row.label for m in result.models for row in m.rows)]
    if later:
        said.append(
            f"Known only after randomization: {', '.join(later)}. Whoever died early could not have it, which makes it "
            "look better than it is (immortal time)."
        )
    return [html.Div([html.P(sentence) for sentence in said], className="caution")] if said else []


def _model(model: ArmModel, result: PredictorsResult) -> Component:
    head = [
        "Covariate",
        "Patients",
        "Reference",
        f"HR ({percent(result.endpoint.level)} CI)",
        "Wald test",
        "Proportional hazards",
    ]
    rows: list[Sequence[Component | str]] = [
        [
            named(row),
            "per unit" if row.with_it is None else count(row.with_it),
            "" if row.without is None else f"{row.reference}: {count(row.without)}",
            with_interval(row.ratio, ratio),
            p_value(row.test, result.withheld),
            p_value(row.proportional, result.withheld),
        ]
        for row in model.rows
    ]
    rows.append(["All together", "", "", "", "", p_value(model.proportional, result.withheld)])
    return card.table(f"Model of {model.arm.label}", head, rows)


def _steps(steps: Sequence[Step], withheld: bool) -> Component:
    return html.Ol(
        [html.Li(f"{step.term} {step.kind} ({step.test.method} {p_value(step.test, withheld)})") for step in steps],
        className="steps",
        **{"aria-label": "Steps of the selection"},
    )
