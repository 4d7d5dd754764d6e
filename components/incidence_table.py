"""The incidence table: classes over terms, the arms of each measure side by side, sorted and folded in the browser.

What comes from the data is shown as text: no cell has a renderer. Each number stands in the row twice, as the value
it is sorted by and as the text that is read. The browser's part (folding, sorting within classes) is `safety.js`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import dash_ag_grid as dag
from dash.development.base_component import Component

from analysis.estimate import Estimate, NotEstimable
from analysis.safety import Row, SafetyArm, SafetyOptions, SafetyResult
from components import card, ids
from components.format import difference_in_points, fixed, tick, with_interval
from components.theme import FONT, GRID, INK, MUTED, RULE, arm_ink

HEIGHT = 640
#: Width in pixels of a column of counts, of one of three arms and more, and of one of many; a third digit needs more.
NARROW, THREE_ARMS, NARROWER, DIGIT = 86, 80, 71, 12

_GRADES = {
    "grade": tuple(f"Grade {grade}" for grade in range(1, 6)),
    "severity": ("Mild", "Moderate", "Severe"),
}
_THEME = (
    f"themeQuartz.withParams({{fontFamily: {FONT!r}, fontSize: 13, foregroundColor: '{INK}',"
    f" rowBorder: '1px solid {GRID}',"
    f" headerTextColor: '{MUTED}', headerFontWeight: 500, headerBackgroundColor: '#ffffff', borderColor: '{RULE}',"
    " wrapperBorder: false, wrapperBorderRadius: 0, spacing: 5, cellHorizontalPadding: 8,"
    " headerFontSize: 11, rowHeight: 30, headerHeight: 30,"
    " accentColor: '#0b6e8f', selectedRowBackgroundColor: '#e1f0f5'})"
)


def layout() -> dag.AgGrid:
    """The empty table, filled by an answer."""
    return dag.AgGrid(
        id=ids.grid("safety"),
        rowData=[],
        columnDefs=[],
        getRowId="params.data.id",
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "suppressMovable": True,
            "sortingOrder": ["desc", "asc", None],
            "suppressHeaderMenuButton": True,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
        },
        rowClassRules={
            "row-any": "params.data.kind == 'any'",
            "row-class": "params.data.kind == 'class'",
            "row-chosen": "params.data.chosen",
        },
        eventListeners={"cellClicked": ["pressed(params)"], "cellKeyDown": ["keyed(params)"]},
        dashGridOptions={
            "theme": {"function": _THEME},
            "isExternalFilterPresent": {"function": "folding()"},
            "doesExternalFilterPass": {"function": "unfolded(params)"},
            "postSortRows": {"function": "underClass(params)"},
            # one stop for the tab key; inside, arrows go from cell to cell
            "tabToNextCell": {"function": "false"},
            "tabToNextHeader": {"function": "false"},
            "animateRows": False,
            "suppressColumnVirtualisation": True,
            "localeText": {"noRowsToShow": "No event is left: lower the minimum or empty the search."},
        },
        style={"height": HEIGHT, "flex": "1 1 auto"},
        className="incidence-table",
    )


def columns(result: SafetyResult, options: SafetyOptions) -> list[dict[str, Any]]:
    """The columns: the event, then a group for each measure with a column an arm."""
    event = {
        "headerName": "Event",
        "field": "label",
        "valueFormatter": {"function": "eventLabel(params)"},
        "tooltipField": "label",
        "minWidth": 190,
        "flex": 1,
        "sortingOrder": ["asc", "desc", None],
        "lockPosition": "left",
    }
    groups = [
        {
            "headerName": measure.title,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
            "children": [_column(measure, i, a) for i, a in enumerate(result.arms) if i != measure.without],
        }
        for measure in _measures(result, options)
    ]
    return [event, *groups]


def caption(result: SafetyResult, options: SafetyOptions) -> str:
    """How many terms reach the minimum, and which minimum that is."""
    reach = f"{result.terms - result.hidden} of {result.terms} terms reach {tick(options.least)}% of an arm"
    return f"{reach} and are listed under their classes." if options.least else f"All {result.terms} terms, by class."


def rows(result: SafetyResult, options: SafetyOptions) -> list[dict[str, Any]]:
    """The rows, in the order of the result; the term shown in depth is marked."""
    names = [measure.name for measure in _measures(result, options)]
    return [_row(row, result, names) for row in result.rows]


@dataclass(frozen=True)
class _Measure:
    """A group of columns, one an arm `width` pixels wide, but for the arm at place `without`."""

    name: str
    title: str
    width: int = NARROW
    without: int | None = None


def _measures(result: SafetyResult, options: SafetyOptions) -> list[_Measure]:
    """The measures of the columns chosen, as far as the data have them."""
    severe = "Severe" if result.scale == "severity" else "Grade ≥3"
    if options.columns == "comparison":
        return _comparison(result, options, severe)
    if options.columns == "grades" and result.scale is not None:
        names = enumerate(_GRADES[result.scale], start=1)
        if "serious_severe" not in result.measures:
            return [_Measure(f"grade_{grade}", f"{name}, n (%)") for grade, name in names]
        graded = {"serious": "Serious", "serious_severe": f"Serious, {severe.lower()}"}
        graded |= {f"grade_{grade}": f"Serious, {name.lower()}" for grade, name in names}
        return [_Measure(name, f"{title}, n (%)", NARROWER) for name, title in graded.items()]
    titles = {"any": "Any grade", "severe": severe, "serious": "Serious", "related": "Related", "fatal": "Fatal"}
    wanted = ("serious", "related", "fatal") if options.columns == "kinds" else ("any", "severe", "serious")
    width = THREE_ARMS if len(result.arms) > 2 else NARROW
    return [_Measure(name, f"{titles[name]}, n (%)", width) for name in wanted if name in result.measures]


def _comparison(result: SafetyResult, options: SafetyOptions, severe: str) -> list[_Measure]:
    kind = "Serious" if options.kind == "serious" else "All"
    chosen = f"{kind} events" if options.grade == "any" else f"{kind}, {severe.lower()}"
    rate = "First events" if options.rate == "first" else "Events"
    measures = [
        _Measure("chosen", f"{chosen}, n (%)"),
        _Measure("rate", f"{rate} per 100 patient-months (95% CI)", 150),
    ]
    if result.reference is not None:
        against = result.arms[result.reference].arm.short
        title = f"Difference from {against}, pp (95% CI)"
        measures.append(_Measure("difference", title, 168, without=result.reference))
    return measures


def _column(measure: _Measure, i: int, a: SafetyArm) -> dict[str, Any]:
    return {
        "headerName": a.arm.short,
        "headerTooltip": f"{a.arm.label}, {a.n} patients",
        "field": f"{measure.name}_{i}",
        "valueFormatter": {"function": "numberText(params)"},
        "type": "rightAligned",
        "width": measure.width + (DIGIT if a.n >= 100 else 0),
        "headerStyle": {"color": arm_ink(a.position)},
    }


def _row(row: Row, result: SafetyResult, names: Sequence[str]) -> dict[str, Any]:
    cells: dict[str, Any] = {
        "id": f"{row.kind} {row.organ_class} {row.value}",
        "kind": row.kind,
        "value": row.value,
        "class": row.organ_class,
        "label": row.label,
        "chosen": row.kind == "term" and row.value == result.event,
    }
    for name in names:
        for i, a in enumerate(result.arms):
            if name == "rate":
                cells |= _cell(f"rate_{i}", row.rate[i], _rate)
            elif name == "difference":
                cells |= _cell(f"difference_{i}", row.difference[i], difference_in_points)
            elif a.n:
                n = row.counts[name][i]
                cells[f"{name}_{i}"] = 100 * n / a.n
                cells[f"{name}_{i}_text"] = f"{n} ({fixed(100 * n / a.n, 1)})" if n else "0"
    return cells


def _cell(
    field: str, value: Estimate | NotEstimable | None, show: Callable[[Estimate | NotEstimable], str]
) -> dict[str, Any]:
    if value is None:
        return {}
    text = {f"{field}_text": show(value)}
    return text if isinstance(value, NotEstimable) else {field: value.value, **text}


def _rate(value: Estimate | NotEstimable) -> str:
    return with_interval(value, lambda number: fixed(number, 1))


def written_out(result: SafetyResult, options: SafetyOptions) -> Component:
    """The same rows as a plain table, for what is read without the page."""
    measures = _measures(result, options)
    cells = [(m, i, a) for m in measures for i, a in enumerate(result.arms) if i != m.without]
    head = ["Event", *(f"{m.title}, {a.arm.short}" for m, i, a in cells)]
    body = [[r["label"], *(str(r.get(f"{m.name}_{i}_text", "")) for m, i, _ in cells)] for r in rows(result, options)]
    return card.table(caption(result, options), head, body)
