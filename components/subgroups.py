"""The subgroups view: its controls, its headline, its forest and its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from analysis.estimate import Estimate, NotEstimable
from analysis.selection import Selection
from analysis.subgroups import Row, Section, SubgroupsOptions, SubgroupsResult, baseline_factors
from components import card, controls, forest
from components.forest import Axis, Column, Line
from components.format import (
    UNIT_SHORT,
    count,
    duration,
    interval_of,
    p_value,
    percent,
    plain,
    ratio,
    value_of,
    with_interval,
)
from components.theme import Room, Screen, arm_colour
from data.contract import Trial

VIEW = "subgroups"
ROW = 24
#: The rows of a card, headings among them, stand on this height; what has no room is on the page.
CARD_ROWS, CARD_HEIGHT = 16, 320

HOW_TO_READ = (
    "Each line is a group of patients defined before treatment. The square is the estimated effect in that group, the "
    "line its confidence interval; a larger square holds more information. Squares on the side that favours an arm "
    "mean that this arm did better. The dashed line is the effect in all patients: a group whose interval crosses it "
    "is compatible with the overall result. The interaction p asks whether the effect differs between the groups of "
    "one factor; a group that reaches significance beside one that does not is no such evidence. With many groups, "
    "some differ by chance. Click a line to make its patients the cohort of every view; an arrow says that the "
    "interval goes on, its limits are in the text."
)


def layout(trial: Trial, selection: Selection, options: SubgroupsOptions, room: Room) -> Component:
    """The card of the overview, or the page with every control."""
    factors = baseline_factors(trial)
    rows = 1 + sum(1 + len(factor.levels) for factor in factors)
    height = (CARD_HEIGHT if room == "card" else ROW * rows) + forest.HEAD + forest.FOOT
    opens = [controls.page_link("/subgroups", "Open the subgroups page")] if room == "card" else []
    chosen = [_contrasts(trial, options)] if len(trial.design.arms) > 2 else []
    if room == "page":  # on the overview the endpoint is chosen on the survival card
        endpoints = [(e.id, e.label) for e in trial.design.endpoints]
        chosen = [controls.select("endpoint", "Endpoint", endpoints, selection.endpoint, hide_label=True), *chosen]
    return card.layout(VIEW, "Subgroups", height, chosen, opens, explain=HOW_TO_READ)


def _contrasts(trial: Trial, options: SubgroupsOptions) -> Component:
    """Which arm is compared with the reference, in a trial of more than two."""
    reference = next((arm for arm in trial.design.arms if arm.reference), trial.design.arms[-1])
    others = [arm for arm in trial.design.arms if arm is not reference]
    arms = [("", f"{others[0].short} against {reference.short}")]
    arms += [(arm.id, f"{arm.short} against {reference.short}") for arm in others[1:]]
    return controls.select("contrast", "Arms compared", arms, options.contrast, hide_label=True)


def content(result: SubgroupsResult, room: Room, screen: Screen) -> card.Filled:
    """Everything the card shows for `result`."""
    shown = _that_fit(result) if room == "card" else result
    left_out = len(result.factors) - len(shown.factors)
    more = f" {len(shown.factors)} of {len(result.factors)} factors; all of them on the page." if left_out else ""
    return card.Filled(
        headline=headline(result),
        figure=figure(shown, room, screen),
        method=f"{result.method}{more}",
        table=table(result) if room == "page" else None,
    )


def _that_fit(result: SubgroupsResult) -> SubgroupsResult:
    """The result with as many factors as a card has room for: those filtered on first, then in their order.

    The cohort and its complement are left to the headline.
    """
    room, kept = CARD_ROWS - 1, set[int]()
    by_choice = sorted(enumerate(result.factors), key=lambda item: not any(row.chosen for row in item[1].rows))
    for place, section in by_choice:
        if len(section.rows) < room:
            kept.add(place)
            room -= 1 + len(section.rows)
    return replace(result, cohort=None, factors=tuple(s for i, s in enumerate(result.factors) if i in kept))


def headline(result: SubgroupsResult) -> list[card.Figure]:
    """The effect in all patients; with a cohort, in it and in its complement, after the test of their difference."""
    level = percent(result.level)
    if result.cohort is None:
        rows = [(f"{'Stratified ' if result.stratified else ''}{_measure(result)}, all patients", result.overall)]
    else:
        rows = [(f"{_measure(result)}, {row.label.lower()}", row) for row in result.cohort.rows]
    numbers = [
        card.Figure(value_of(row.effect, ratio), interval_of(row.effect, ratio), f"{label}, {level} CI", faint=row.few)
        for label, row in rows
    ]
    if result.cohort:
        interaction = p_value(result.cohort.interaction, withheld=False)
        numbers.insert(0, card.Figure(interaction, "", "Interaction, cohort by arm"))
    return numbers


def _measure(result: SubgroupsResult) -> str:
    return f"{result.endpoint.short or result.endpoint.id} HR"


def figure(result: SubgroupsResult, room: Room, screen: Screen) -> dict[str, object]:
    """The forest of `result`."""
    by_arm, medians = room == "page" and screen != "phone", room == "page" and screen == "desktop"
    lines = [_line(result, result.overall, by_arm, medians)]
    for section in result.sections:
        lines.append(_heading(result, section))
        lines += [_line(result, row, by_arm, medians) for row in section.rows]
    arm, reference = result.arms
    colours = [arm_colour(position) for position in result.positions]
    axis = Axis(
        kind="ratio",
        left=(f"← favours {arm.short}", colours[0]),
        right=(f"favours {reference.short} →", colours[1]),
    )
    return forest.figure(
        lines,
        _columns(result, by_arm, medians),
        f"HR ({percent(result.level)} CI)",
        axis,
        width={("page", "desktop"): 1120, ("card", "desktop"): 540}.get(
            (room, screen), 300 if screen == "phone" else 630
        ),
        row=min(max(CARD_HEIGHT // len(lines), 20), 26) if room == "card" else ROW,
        stacked=screen == "phone",
    )


def _columns(result: SubgroupsResult, by_arm: bool, medians: bool) -> list[Column]:
    if not by_arm:
        return [Column("Events/N", 76)]
    arms = [(arm.short, arm_colour(position)) for arm, position in zip(result.arms, result.positions, strict=True)]
    widths = [max(80, int(len(short) * forest.LETTER) + 16) for short, _ in arms]
    columns = [Column(f"{short}\nEvents/N", w, colour) for (short, colour), w in zip(arms, widths, strict=True)]
    if medians:
        title = f"Median {UNIT_SHORT[result.unit]}"
        columns += [
            Column(f"{short}\n{title}", w + 16, colour) for (short, colour), w in zip(arms, widths, strict=True)
        ]
    return columns


def _line(result: SubgroupsResult, row: Row, by_arm: bool, medians: bool) -> Line:
    """A row as a line of the forest."""
    cells = _counts(row) if by_arm else (f"{count(sum(row.events))}/{count(sum(row.n))}",)
    return Line(
        label=row.label,
        text=with_interval(row.effect, ratio),
        cells=(*cells, *_medians(result, row)) if medians else cells,
        estimate=row.effect if isinstance(row.effect, Estimate) else None,
        faint=row.few or isinstance(row.effect, NotEstimable),
        chosen=row.chosen,
        click=row.link,
        hover=_hover(result, row),
    )


def _counts(row: Row) -> tuple[str, str]:
    arm, reference = (f"{count(events)}/{count(n)}" for events, n in zip(row.events, row.n, strict=True))
    return arm, reference


def _medians(result: SubgroupsResult, row: Row) -> tuple[str, str]:
    """The medians; NR where not reached, a dash where there is nobody."""
    show = duration(result.unit)
    arm, reference = (
        "–" if n == 0 else "NR" if median is None else show(median)
        for n, median in zip(row.n, row.medians, strict=True)
    )
    return arm, reference


def _hover(result: SubgroupsResult, row: Row) -> str:
    """Everything about a row, and what a click does."""
    effect = row.effect
    estimate = f"HR {with_interval(effect, ratio)}" if isinstance(effect, Estimate) else f"NE: {effect.reason}"
    texts = [f"<b>{plain(row.label)}</b>", plain(estimate)]
    for arm, counts, median in zip(result.arms, _counts(row), _medians(result, row), strict=True):
        texts.append(f"{plain(arm.short)}: {counts} events, median {median} {UNIT_SHORT[result.unit]}")
    if row.few:
        texts.append("Fewer than 10 patients in an arm")
    if row.link:
        texts.append("Click: remove the filter" if row.chosen else "Click: make it the cohort")
    return "<br>".join(texts)


def _heading(result: SubgroupsResult, section: Section) -> Line:
    is_cohort = section is result.cohort
    return Line(
        label=f"Cohort: {section.label}" if is_cohort else section.label,
        text=_interaction(result, section),
        heading=True,
        note=f"within {' and '.join(section.within)}" if section.within else "",
    )


def _interaction(result: SubgroupsResult, section: Section) -> str:
    return f"interaction {p_value(section.interaction, result.withheld and bool(section.within))}"


def table(result: SubgroupsResult) -> Component:
    """The same numbers as a table: for screen readers, for copying, and for the reasons of what is not estimable."""
    unit = UNIT_SHORT[result.unit]
    head = ["Subgroup"]
    head += [f"{arm.short}, events/N" for arm in result.arms]
    head += [f"{arm.short}, median {unit}" for arm in result.arms]
    head += [f"{_measure(result)} ({percent(result.level)} CI)", "Interaction"]
    body = [_table_row(result, result.overall, "")]
    notes: list[str] = []
    for section in result.sections:
        words = _heading(result, section)
        label = f"{words.label} ({words.note})" if words.note else words.label
        interaction = p_value(section.interaction, result.withheld and bool(section.within))
        body.append(html.Tr([html.Th(label, scope="colgroup", colSpan=len(head) - 1), html.Td(interaction)]))
        body += [_table_row(result, row, "indented") for row in section.rows]
        if section.unknown:
            who = "1 patient has" if section.unknown == 1 else f"{count(section.unknown)} patients have"
            notes.append(f"{section.label}: {who} no known value and stand in no row.")
        if isinstance(section.interaction, NotEstimable):
            notes.append(f"{section.label}, interaction: {section.interaction.reason}")
    return html.Div(
        [
            html.Div(
                html.Table([html.Thead(html.Tr([html.Th(h, scope="col") for h in head])), html.Tbody(body)]),
                className="table-scroll",
                tabIndex=0,
                role="region",
                **{"aria-label": "Effects by subgroup"},
            ),
            *map(html.P, notes),
        ],
        className="numbers-table subgroups-table",
    )


def _table_row(result: SubgroupsResult, row: Row, kind: str) -> html.Tr:
    effect: Sequence[str | Component] = [with_interval(row.effect, ratio)]
    if isinstance(row.effect, NotEstimable):
        effect = ["NE ", html.Small(row.effect.reason)]
    cells = [html.Td(text) for text in (*_counts(row), *_medians(result, row))]
    classes = " ".join(name for name, holds in ((kind, kind), ("few", row.few), ("chosen", row.chosen)) if holds)
    return html.Tr([html.Th(row.label, scope="row"), *cells, html.Td(effect), html.Td()], className=classes)
