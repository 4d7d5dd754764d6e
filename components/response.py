"""The response card: the headline of the rates, the figure of the cycles, and the tables."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from analysis.estimate import Estimate, NotEstimable
from analysis.response import ResponseOptions, ResponseResult
from analysis.selection import Selection
from analysis.summary import Counted
from analysis.survival import SurvivalResult
from components import card, summary
from components.format import count, interval_of, p_value, percent, plain, points, ratio, share, value_of, with_interval
from components.theme import GRID, MUTED, RULE, Room, Screen, arm_colour, arm_ink, base_layout
from components.therapies import medians
from data.contract import Trial

VIEW = "response"
HEIGHT = 320

HOW_TO_READ = (
    "The rate of an arm is its patients with a response out of all of them: those never treated or never assessed "
    "count as without one. The difference is in percentage points; the odds ratio, which trials often report, is much "
    "further from 1 than the ratio of the rates when responses are frequent. The figure shows how many of all patients "
    "of an arm had come to their first response by the end of each cycle. Depth, time and duration are of responders "
    "only: who responds is known only after randomization, so that these numbers describe and do not compare."
)


def layout(trial: Trial, selection: Selection, options: ResponseOptions, room: Room) -> Component:
    """The empty card."""
    return card.layout(VIEW, "Response", HEIGHT, explain=HOW_TO_READ)


def content(result: ResponseResult, screen: Screen, duration: str) -> card.Filled:
    """Everything the card shows for `result`; `duration` opens the curves of the duration of the responses."""
    below: list[Component] = [comparison_table(result)] if result.comparisons else []
    if result.details.blocks:
        below.append(summary.table(result.details, "Best response, residual disease and time to response by arm"))
    if isinstance(result.duration, SurvivalResult):
        label = result.duration.endpoint.label.lower()
        below += [
            html.Div([card.headline(figure) for figure in medians(result.duration)], className="headline"),
            html.P(dcc.Link(f"Open the curves: {label}", href=duration, className="action")),
        ]
    if result.outside:
        who = "1 responder was" if result.outside == 1 else f"{count(result.outside)} responders were"
        words = f"{who} first seen in response outside these cycles, and count in the rate and not in the figure."
        below.append(html.P(words, className="reason"))
    if isinstance(result.duration, NotEstimable):
        below.append(html.P(f"Duration: {result.duration.reason}", className="reason"))
    if result.cycles:
        below.append(cycle_table(result))
    return card.Filled(
        headline=headline(result),
        figure=figure(result, screen) if result.cycles else {},
        method=result.method,
        table=html.Div(below),
    )


def headline(result: ResponseResult) -> list[card.Figure]:
    """The rate of each arm with its exact interval; of two arms the difference, the odds ratio and P."""
    level = percent(result.level)
    few = min(size.n for size in result.arms) < summary.FEW
    numbers = [
        card.Figure(
            _rate(rate),
            interval_of(rate.share, share),
            f"{result.label}, {size.arm.short}: {count(rate.n)} of {count(rate.of)}",
            colour=arm_ink(size.position),
            faint=size.n < summary.FEW,
        )
        for size, rate in zip(result.arms, result.rates, strict=True)
    ]
    if len(result.comparisons) == 1:
        c = result.comparisons[0]
        sides = "" if isinstance(c.test, NotEstimable) else f", {c.test.sided}-sided"
        numbers += [
            card.Figure(value_of(c.difference, points), interval_of(c.difference, share), f"Difference, pp, {level} CI",
                        faint=few),
            card.Figure(value_of(c.odds_ratio, ratio), interval_of(c.odds_ratio, ratio), f"Odds ratio, {level} CI",
                        faint=few),
            card.Figure(p_value(c.test, result.withheld), "", f"Difference{sides}"),
        ]  # fmt: skip
    return numbers


def _rate(rate: Counted) -> str:
    text = value_of(rate.share, share)
    return f"{text}%" if isinstance(rate.share, Estimate) else text


def comparison_table(result: ResponseResult) -> Component:
    """Each arm against the reference; the reason where a number cannot be estimated."""
    level = percent(result.level)
    head = [result.label, f"Difference, pp ({level} CI)", f"Odds ratio ({level} CI)", "Test"]
    rows: list[list[Component | str]] = []
    for c in result.comparisons:
        odds: Component | str = with_interval(c.odds_ratio, ratio)
        if isinstance(c.odds_ratio, NotEstimable):
            odds = html.Span(["NE ", html.Small(c.odds_ratio.reason)])
        test = p_value(c.test, result.withheld)
        if not isinstance(c.test, NotEstimable) and not result.withheld:
            test = f"{test}, {c.test.sided}-sided {'Fisher' if c.test.method.startswith('Fisher') else 'chi-square'}"
        rows.append(
            [f"{c.arm.arm.short} against {c.reference.arm.short}", with_interval(c.difference, share), odds, test]
        )
    return card.table(f"{result.label}: arms compared", head, rows)


def cycle_table(result: ResponseResult) -> Component:
    """Assessed, in response, and in a first response by then, for every cycle and arm."""
    head = ["End of cycle"]
    for size in result.arms:
        head += [f"{size.arm.short}: assessed", "in response", f"first {result.label} by then"]
    rows: list[list[Component | str]] = []
    for cycle in result.cycles:
        row: list[Component | str] = [str(cycle.number)]
        for assessed, now, ever in zip(cycle.assessed, cycle.responding, cycle.ever, strict=True):
            row += [count(assessed), count(now.n), summary.cell_text(ever, "count")]
        rows.append(row)
    return card.table("Response at each cycle by arm", head, rows)


def figure(result: ResponseResult, screen: Screen) -> dict[str, Any]:
    """The share of all patients of each arm with a first response by the end of each cycle, with exact intervals."""
    cycles = [cycle.number for cycle in result.cycles]
    apart = 0.07 * (cycles[-1] - cycles[0] or 1) / max(len(cycles) - 1, 1)
    traces, labels = [], []
    for i, size in enumerate(result.arms):
        found = [cycle.ever[i].share for cycle in result.cycles]
        known = [(n, e) for n, e in zip(cycles, found, strict=True) if isinstance(e, Estimate)]
        if not known:
            continue
        values = [100 * e.value for _, e in known]
        offset = apart * (i - (len(result.arms) - 1) / 2)
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": plain(size.arm.short),
                "x": [n + offset for n, _ in known],
                "y": values,
                "error_y": {
                    "type": "data",
                    "symmetric": False,
                    "array": [100 * (e.high or 0) - v for v, (_, e) in zip(values, known, strict=True)],
                    "arrayminus": [v - 100 * (e.low or 0) for v, (_, e) in zip(values, known, strict=True)],
                    "thickness": 1.4,
                    "width": 0,
                },
                "line": {"color": arm_colour(size.position), "width": 2.2},
                "marker": {"color": arm_colour(size.position), "size": 8, "symbol": ["circle", "square"][i % 2]},
                "customdata": [[cycle.ever[i].n, cycle.ever[i].of, cycle.number] for cycle in result.cycles],
                "hovertemplate": (
                    f"{plain(size.arm.short)}, cycle %{{customdata[2]}}: %{{customdata[0]}} of %{{customdata[1]}} "
                    "(%{y:.1f}%)<extra></extra>"
                ),
            }
        )
        labels.append(
            {
                "x": 1.0,
                "xref": "paper",
                "xanchor": "left",
                "xshift": 6,
                "y": values[-1],
                "yref": "y",
                "yanchor": "middle",
                "text": f"{plain(size.arm.short)}<br>{values[-1]:.1f}%",
                "font": {"color": arm_ink(size.position), "size": 13},
                "align": "left",
                "showarrow": False,
            }
        )
    right = 92 if screen == "phone" else 120
    return {
        "data": traces,
        "layout": base_layout(
            HEIGHT,
            margin={"l": 48, "r": right, "t": 26, "b": 44},
            annotations=[
                *_spread(labels),
                {"x": 0, "xref": "paper", "xanchor": "left", "xshift": -44, "y": 1, "yref": "paper",
                 "yanchor": "bottom", "yshift": 6, "text": _title(result, screen), "font": {"size": 12, "color": MUTED},
                 "showarrow": False},
            ],
            xaxis={"title": {"text": "End of cycle", "font": {"size": 12}}, "tickvals": cycles, "fixedrange": True,
                   "range": [cycles[0] - 0.3, cycles[-1] + 0.3], "showgrid": False, "zeroline": False,
                   "linecolor": RULE, "showline": True},
            yaxis={"range": [0, 100], "tickvals": [0, 25, 50, 75, 100], "gridcolor": GRID, "zeroline": False,
                   "fixedrange": True},
        ),
    }  # fmt: skip


def _title(result: ResponseResult, screen: Screen) -> str:
    if screen == "phone":
        return f"First {plain(result.label)} by then, % of all"
    return f"Patients with a first {plain(result.label)} by the end of the cycle, % of all patients of the arm"


def _spread(labels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The labels at the right end, moved apart where two lines end close to each other."""
    placed: list[dict[str, Any]] = []
    for label in sorted(labels, key=lambda item: float(item["y"])):
        lowest = float(placed[-1]["y"]) + 17 if placed else 4.0
        placed.append({**label, "y": max(float(label["y"]), lowest)})
    return placed
