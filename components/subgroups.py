"""The subgroups view: its controls, its headline, its forest and its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from analysis.estimate import Estimate, NotEstimable
from analysis.selection import Selection
from analysis.subgroups import (
    FIRST,
    Measure,
    Row,
    Section,
    SubgroupsOptions,
    SubgroupsResult,
    baseline_factors,
    measures,
)
from components import card, controls, forest
from components.forest import Axis, Column, Line
from components.format import (
    UNIT_SHORT,
    Show,
    count,
    duration,
    interval_of,
    p_value,
    percent,
    plain,
    ratio,
    share,
    value_of,
    with_interval,
)
from components.theme import Room, Screen, arm_ink
from data.contract import Trial

VIEW = "subgroups"
MEASURES: dict[Measure, str] = {
    "hazard-ratio": "Hazard ratio",
    "difference": "difference",
    "odds-ratio": "odds ratio",
}
SHORT: dict[Measure, str] = {"hazard-ratio": "HR", "difference": "difference, pp", "odds-ratio": "OR"}
ROW = 24
#: The rows of a card, headings among them, stand on this height; what has no room is on the page.
CARD_ROWS, CARD_HEIGHT = 16, 320
#: The least width of the figure in each place, in pixels: texts that fit there fit everywhere.
NARROWEST: dict[tuple[Room, Screen], int] = {
    ("page", "desktop"): 1120,
    ("card", "desktop"): 540,
    ("page", "phone"): 330,
    ("card", "phone"): 330,
}

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
    chosen: list[Component] = []
    if trial.design.endpoints:
        endpoints = [(e.id, e.label if room == "page" else e.short or e.label) for e in trial.design.endpoints]
        chosen.append(
            controls.select("endpoint", "Endpoint", endpoints, selection.endpoint, hide_label=True, at=VIEW),
        )
    if trial.design.response is not None:
        chosen.append(_measures(trial, trial.design.response.label, options))
    if len(trial.design.arms) > 2:
        chosen.append(_contrasts(trial, options))
    fold = "The same numbers as a table" if room == "page" else ""
    return card.layout(VIEW, "Subgroups", height, chosen, opens, explain=HOW_TO_READ, fold=fold)


def _measures(trial: Trial, response: str, options: SubgroupsOptions) -> Component:
    """The hazard ratio of the endpoint, or how the response is compared."""
    offered = [(m, MEASURES[m] if m == "hazard-ratio" else f"{response} {MEASURES[m]}") for m in measures(trial)]
    return controls.select("measure", "Measure", offered, options.measure, hide_label=True)


def _contrasts(trial: Trial, options: SubgroupsOptions) -> Component:
    """Which arm is compared with the reference, in a trial of more than two."""
    reference = next((arm for arm in trial.design.arms if arm.reference), trial.design.arms[-1])
    others = [arm for arm in trial.design.arms if arm is not reference]
    arms = [(FIRST, f"{others[0].short} against {reference.short}")]
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
    show = _show(result)
    numbers = [
        card.Figure(
            value_of(row.contrast.effect, show),
            interval_of(row.contrast.effect, show),
            f"{label}, {level} CI",
            faint=row.few,
        )
        for label, row in rows
    ]
    if result.cohort:
        numbers.insert(0, card.Figure(_p_value(result, result.cohort), "", "Interaction, cohort by arm"))
    return numbers


def _measure(result: SubgroupsResult) -> str:
    return f"{result.outcome} {SHORT[result.measure]}"


def _show(result: SubgroupsResult) -> Show:
    return share if result.measure == "difference" else ratio


def figure(result: SubgroupsResult, room: Room, screen: Screen) -> dict[str, object]:
    """The forest of `result`."""
    by_arm = room == "page" and screen != "phone"
    medians = room == "page" and screen == "desktop" and result.unit is not None
    lines = [_line(result, result.overall, by_arm, medians)]
    for section in result.sections:
        lines.append(_heading(result, section))
        lines += [_line(result, row, by_arm, medians) for row in section.rows]
    sides = [(arm.short, arm_ink(at)) for arm, at in zip(result.arms, result.positions, strict=True)]
    if result.more_is_better:
        sides.reverse()
    difference = result.measure == "difference"
    axis = Axis(
        kind="difference" if difference else "ratio",
        left=(f"← favours {sides[0][0]}", sides[0][1]),
        right=(f"favours {sides[1][0]} →", sides[1][1]),
        factor=100 if difference else 1,
    )
    return forest.figure(
        lines,
        _columns(result, by_arm, medians),
        f"{_measure(result)} ({percent(result.level)} CI)",
        axis,
        width={("page", "desktop"): 1120, ("card", "desktop"): 540}.get(
            (room, screen), 330 if screen == "phone" else 630
        ),
        row=min(max(CARD_HEIGHT // len(lines), 20), 26) if room == "card" else ROW,
        stacked=screen == "phone",
    )


def _columns(result: SubgroupsResult, by_arm: bool, medians: bool) -> list[Column]:
    counted = _counted(result)
    if not by_arm:
        return [Column(counted, max(76, int(len(counted) * forest.LETTER)))]
    arms = [(arm.short, arm_ink(at)) for arm, at in zip(result.arms, result.positions, strict=True)]
    widths = [int(max(len(short), len(counted)) * forest.LETTER) + 16 for short, _ in arms]
    columns = [Column(f"{short}\n{counted}", w, colour) for (short, colour), w in zip(arms, widths, strict=True)]
    if medians and result.unit is not None:
        title = f"Median {UNIT_SHORT[result.unit]}"
        columns += [
            Column(f"{short}\n{title}", w + 16, colour) for (short, colour), w in zip(arms, widths, strict=True)
        ]
    return columns


def _counted(result: SubgroupsResult) -> str:
    return "Events/N" if result.measure == "hazard-ratio" else "Responders/N"


def _line(result: SubgroupsResult, row: Row, by_arm: bool, medians: bool) -> Line:
    """A row as a line of the forest."""
    effect = row.contrast.effect
    total = f"{count(sum(row.contrast.events))}/{count(sum(row.contrast.n))}"
    cells = _counts(row) if by_arm else (total,)
    return Line(
        label=row.label,
        text=with_interval(effect, _show(result)),
        cells=(*cells, *_medians(result, row)) if medians else cells,
        estimate=effect if isinstance(effect, Estimate) else None,
        faint=row.few or isinstance(effect, NotEstimable),
        chosen=row.chosen,
        click=row.link,
        hover=_hover(result, row),
    )


def _counts(row: Row) -> tuple[str, ...]:
    pairs = zip(row.contrast.events, row.contrast.n, strict=True)
    return tuple(f"{count(events)}/{count(n)}" for events, n in pairs)


def _medians(result: SubgroupsResult, row: Row) -> tuple[str, ...]:
    """The medians; NR where not reached, a dash where there is nobody; none for an outcome without times."""
    if result.unit is None:
        return ()
    show = duration(result.unit)
    pairs = zip(row.contrast.n, row.contrast.medians, strict=True)
    return tuple("–" if n == 0 else "NR" if median is None else show(median) for n, median in pairs)


def _hover(result: SubgroupsResult, row: Row) -> str:
    """Everything about a row, and what a click does."""
    effect = row.contrast.effect
    texts = [f"<b>{plain(row.label)}</b>"]
    if isinstance(effect, Estimate):
        texts.append(plain(f"{_measure(result)} {with_interval(effect, _show(result))}"))
    else:
        texts.append(plain(f"Not estimable: {effect.reason}"))
    counted = "events" if result.measure == "hazard-ratio" else "responders"
    numbers = [f"{counts} {counted}" for counts in _counts(row)]
    if result.unit is not None:
        unit = UNIT_SHORT[result.unit]
        numbers = [f"{n}, median {m} {unit}" for n, m in zip(numbers, _medians(result, row), strict=True)]
    texts += [f"{plain(arm.short)}: {number}" for arm, number in zip(result.arms, numbers, strict=True)]
    if row.few:
        texts.append("Fewer than 10 patients in an arm")
    if row.link:
        texts.append("Click: remove the filter" if row.chosen else "Click: make it the cohort")
    return "<br>".join(texts)


def _heading(result: SubgroupsResult, section: Section) -> Line:
    note = f"within {' and '.join(section.within)}" if section.within else ""
    label, note = ("Cohort", section.label) if section is result.cohort else (section.label, note)
    return Line(label=label, text=f"interaction {_p_value(result, section)}", heading=True, note=note)


def _p_value(result: SubgroupsResult, section: Section) -> str:
    """The interaction P; withheld where the filters left patients out of the test."""
    return p_value(section.interaction, result.withheld and bool(section.within))


def table(result: SubgroupsResult) -> Component:
    """The same numbers as a table: for screen readers, for copying, and for the reasons of what is not estimable."""
    head = ["Subgroup", *(f"{arm.short}, {_counted(result)}" for arm in result.arms)]
    if result.unit is not None:
        head += [f"{arm.short}, median {UNIT_SHORT[result.unit]}" for arm in result.arms]
    head += [f"{_measure(result)} ({percent(result.level)} CI)", "Interaction"]
    body = [_table_row(result, result.overall, "")]
    notes: list[str] = []
    for section in result.sections:
        heading = _heading(result, section)
        label = f"{heading.label} ({heading.note})" if heading.note else heading.label
        interaction = html.Td(_p_value(result, section))
        body.append(html.Tr([html.Th(label, scope="colgroup", colSpan=len(head) - 1), interaction]))
        body += [_table_row(result, row, "indented") for row in section.rows]
        if section.unknown:
            who = "1 patient has" if section.unknown == 1 else f"{count(section.unknown)} patients have"
            notes.append(f"{section.label}: {who} no known value and stand in no row.")
        if isinstance(section.interaction, NotEstimable):
            notes.append(f"{section.label}, interaction: {section.interaction.reason}")
    columns = html.Thead(html.Tr([html.Th(text, scope="col") for text in head]))
    region = {"tabIndex": 0, "role": "region", "aria-label": "Effects by subgroup"}
    return html.Div(
        [
            html.Div(html.Table([columns, html.Tbody(body)]), className="numbers-table", **region),
            *(html.P(note, className="reason") for note in notes),
        ],
        className="subgroups-table",
    )


def _table_row(result: SubgroupsResult, row: Row, kind: str) -> html.Tr:
    effect = row.contrast.effect
    words: Sequence[str | Component] = [with_interval(effect, _show(result))]
    if isinstance(effect, NotEstimable):
        words = ["NE ", html.Small(effect.reason)]
    cells = [html.Td(text) for text in (*_counts(row), *_medians(result, row))]
    classes = " ".join(name for name, holds in ((kind, kind), ("few", row.few), ("chosen", row.chosen)) if holds)
    name = card.cohort(row.label, row.link)
    return html.Tr([html.Th(name, scope="row"), *cells, html.Td(words), html.Td()], className=classes)
