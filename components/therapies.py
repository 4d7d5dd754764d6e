"""The therapies card: what patients were given later, and survival censored at it with a link to its curves."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from analysis.estimate import NotEstimable
from analysis.selection import Selection
from analysis.survival import SurvivalResult
from analysis.therapies import TherapiesOptions, TherapiesResult
from components import card, summary
from components.format import UNIT_SHORT, duration, interval_of, percent, ratio, value_of
from components.theme import Room, arm_ink
from data.contract import Trial

VIEW = "therapies"
HEIGHT = 300

HOW_TO_READ = (
    "What patients were given after the treatment of the trial. Where one arm is given effective drugs more often than "
    "the other, survival from any cause compares two strategies and not two drugs. Censoring patients at their later "
    "therapy asks what would have happened without it; the answer holds only if those who were given it would have "
    "done no better or worse than those who were not, which nobody knows."
)


def layout(trial: Trial, selection: Selection, options: TherapiesOptions, room: Room) -> Component:
    """The empty card."""
    return card.layout(VIEW, "Later therapies", HEIGHT, explain=HOW_TO_READ, drawn=False)


def content(result: TherapiesResult, link: str) -> card.Filled:
    """Everything the card shows for `result`; `link` opens the survival censored at the therapies."""
    found = result.censored
    numbers = summary.headline(result.summary)
    below: list[Component] = [summary.table(result.summary, "Later therapies by arm")]
    if isinstance(found, SurvivalResult):
        numbers += effect(found) + medians(found)
        below.append(
            html.P(dcc.Link(f"Open the curves: {found.endpoint.label.lower()}", href=link, className="action"))
        )
    elif isinstance(found, NotEstimable):
        below.append(html.P(found.reason, className="reason"))
    return card.Filled(headline=numbers, figure={}, method=result.summary.method, table=html.Div(below))


def effect(found: SurvivalResult) -> list[card.Figure]:
    """The hazard ratio of the one comparison of two arms."""
    short = found.endpoint.short or found.endpoint.id
    level = percent(found.endpoint.hazard_ratio_level)
    return [
        card.Figure(value_of(c.hazard_ratio, ratio), interval_of(c.hazard_ratio, ratio), f"{short}: HR, {level} CI")
        for c in found.comparisons
        if len(found.comparisons) == 1
    ]


def medians(found: SurvivalResult) -> list[card.Figure]:
    """The median of each arm with its interval, in the unit shown."""
    show = duration(found.unit)
    short = found.endpoint.short or found.endpoint.id
    return [
        card.Figure(
            value_of(g.median, show),
            interval_of(g.median, show),
            f"{short}: median {UNIT_SHORT[found.unit]}, {g.group.short}",
            colour=arm_ink(g.group.position),
            faint=g.n < summary.FEW,
        )
        for g in found.groups
    ]
