"""The trial profile: boxes from allocation to analysis, a column an arm, after CONSORT 2025."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from analysis.profile import ANALYSIS, Enrolment, Profile, ProfileOptions, totals
from analysis.selection import Selection
from analysis.summary import Block, Counted
from components import card, summary
from components.format import count, fixed
from components.theme import Room, Screen, arm_colour, arm_ink
from data.contract import Trial

VIEW = "profile"
HEIGHT = 300

HOW_TO_READ = (
    "What became of the patients of each arm, from allocation down to the analyses. Nobody leaves without a reason: "
    "the numbers of a box add up to the patients who entered it. The last box says how many stand in each analysis "
    "set and in the analysis of each endpoint; these are the numbers under the figures of the other pages."
)


def layout(trial: Trial, selection: Selection, options: ProfileOptions, room: Room) -> Component:
    """The empty card."""
    return card.layout(VIEW, "Trial profile", HEIGHT, explain=HOW_TO_READ, fold="The same as a table", drawn=False)


def content(result: Profile, screen: Screen) -> card.Filled:
    """Everything the card shows for `result`."""
    total = sum(size.n for size in result.arms)
    rows: list[Component] = [
        html.Div([html.Strong(result.blocks[0].rows[0].label), html.Span(f"n = {count(total)}")], className="start")
    ]
    rows += [_stage(result, block) for block in result.blocks]
    if result.enrolment is not None:
        rows.append(html.P(enrolment_in_words(result.enrolment), className="enrolment"))
    style = {"--arms": str(len(result.arms))}
    drawing = html.Div(rows, className="profile", style=style)
    return card.Filled(
        headline=[],
        figure={},
        method=result.method,
        table=summary.table(result, "Trial profile by arm", totals),
        beside=drawing,
    )


def enrolment_in_words(found: Enrolment) -> str:
    """When patients were randomized and how long they were followed, as sentences; what is not known is left out."""
    sentences = []
    if found.first and found.last:
        sentences.append(f"Randomized from {found.first} to {found.last}.")
    if found.cut_off:
        least = f", {fixed(found.least, 1)} years after the last patient was randomized" if found.least else ""
        sentences.append(f"Data cut-off {found.cut_off}{least}.")
    if found.alive is not None and found.alive.median is not None:
        numbers = [fixed(value or 0, 1) for value in (found.alive.median, found.alive.low, found.alive.high)]
        sentences.append(
            f"The {count(found.alive.n)} patients not known to have died were followed for a median of {numbers[0]} "
            f"months ({numbers[1]}–{numbers[2]})."
        )
    return " ".join(sentences)


def _stage(result: Profile, block: Block) -> Component:
    """One stage: its name, and a box for each arm."""
    boxes = [_box(result, block, i) for i in range(len(result.arms))]
    return html.Div([html.H3(block.label), html.Div(boxes, className="boxes")], className="stage")


def _box(result: Profile, block: Block, i: int) -> Component:
    size = result.arms[i]
    first = block is result.blocks[0]
    head = [html.Strong(size.arm.label, style={"color": arm_ink(size.position)})] if first else []
    lines = [
        html.Li(
            [html.Span("Allocated" if first else row.label), html.Span(_n(row.cells[i]))],
            className="deeper" if row.indented and block.label != ANALYSIS else "",
        )
        for row in block.rows
    ]
    style = {"borderTopColor": arm_colour(size.position)}
    return html.Div([*head, html.Ul(lines)], className="box", style=style)


def _n(cell: object) -> str:
    return count(cell.n) if isinstance(cell, Counted) else "NE"
