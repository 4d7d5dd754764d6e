"""A table of patients by arm, as the patients page has them: headline numbers, cells, thin bars of shares."""

from __future__ import annotations

from collections.abc import Callable

from dash import html
from dash.development.base_component import Component

from analysis.estimate import Estimate, NotEstimable
from analysis.summary import ArmSize, Cell, Counted, Row, Spread, Summary
from components import card
from components.format import count, fixed, interval_of, ratio, share, value_of, with_interval
from components.theme import arm_colour, arm_ink

#: Under this many patients in an arm an estimate is printed in grey.
FEW = 10
#: From here on a standardized difference is usually called an imbalance.
NOTABLE = 0.1


def content(result: Summary, label: str) -> card.Filled:
    """The card of a table; `label` says what it is to a screen reader."""
    notes = [html.P(note, className="reason") for note in result.notes]
    return card.Filled(
        headline=headline(result), figure={}, method=result.method, table=html.Div([table(result, label), *notes])
    )


def headline(result: Summary) -> list[card.Figure]:
    """The rows marked as such: the number of each arm, with its interval or range."""
    return [
        card.Figure(
            *_spoken(cell, row.kind),
            f"{row.label if isinstance(cell, Counted) else block.label}, {size.arm.short}",
            colour=arm_ink(size.position),
            faint=size.n < FEW,
        )
        for block in result.blocks
        for row in block.rows
        if row.headline
        for size, cell in zip(result.arms, row.cells, strict=True)
    ]


def _spoken(cell: Cell, kind: str) -> tuple[str, str]:
    if isinstance(cell, Counted):
        return f"{count(cell.n)} of {count(cell.of)}", f"{share(cell.n / cell.of)}%" if cell.of else "NE"
    if isinstance(cell, Spread):
        median, low, high = _recorded(cell)
        return (median, f"{low}–{high}") if cell.n else ("NE", "")
    return value_of(cell, ratio), interval_of(cell, ratio)


def table(result: Summary, label: str, totals: Callable[[Summary, Row], Counted | None] | None = None) -> Component:
    """One column an arm, one more for each arm compared with the reference, one for all arms if there are `totals`."""
    head: list[Component] = [html.Td()]
    head += [
        html.Th([_dot(size), f"{size.arm.short}, n\u00a0=\u00a0{count(size.n)}"], scope="col") for size in result.arms
    ]
    summed = totals if len(result.arms) > 1 else None
    head += [html.Th("All arms", scope="col")] if summed else []
    compared = result.others if result.contrast else ()
    many = len(compared) > 1
    head += [
        html.Th(result.contrast.capitalize() + (f", {size.arm.short}" if many else ""), scope="col")
        for size in compared
    ]
    body: list[Component] = []
    for block in result.blocks:
        values = [html.Td(compared_text(v, result.contrast), className=_notable(v, result.contrast))
                  for v in block.compared]  # fmt: skip
        values += [html.Td()] * (len(compared) - len(values))
        heading = html.Th(block.label, scope="rowgroup", colSpan=1 + len(result.arms) + bool(summed))
        body.append(html.Tr([heading, *values], className="block"))
        body += [_row(result, row, len(compared), summed) for row in block.rows]
    return html.Div(
        html.Table([html.Thead(html.Tr(head)), html.Tbody(body)]),
        className="numbers-table summary-table",
        tabIndex=0,
        role="region",
        **{"aria-label": label},
    )


def _dot(size: ArmSize) -> Component:
    return html.Span(className="dot", style={"background": arm_colour(size.position)}, **{"aria-hidden": "true"})


def _row(result: Summary, row: Row, empty: int, totals: Callable[[Summary, Row], Counted | None] | None) -> html.Tr:
    total = totals(result, row) if totals else None
    cells = [_cell(cell, row.kind, size) for size, cell in zip(result.arms, row.cells, strict=True)]
    name = html.Th(row.label, scope="row", className="deeper" if row.indented else "")
    summed = [html.Td(cell_text(total, row.kind) if total else "")] if totals else []
    return html.Tr([name, *cells, *summed, *([html.Td()] * empty)])


def _cell(cell: Cell, kind: str, size: ArmSize) -> html.Td:
    """One component a cell, its thin bar a background: the browser is slow to take in many components at once."""
    text = cell_text(cell, kind)
    if isinstance(cell, NotEstimable):
        return html.Td(text, title=cell.reason)
    if not isinstance(cell, Counted) or not cell.of:
        return html.Td(text)
    style = {"--share": f"{100 * cell.n / cell.of:.1f}%", "--arm": arm_colour(size.position)}
    return html.Td(text, className="share", style=style)


def cell_text(cell: Cell, kind: str) -> str:
    """A cell in words: "104 of 164 (63.4%)", "46.5 (18–78)", a rate with its interval; "NE" for none."""
    if isinstance(cell, Counted):
        return f"{count(cell.n)} of {count(cell.of)} ({share(cell.n / cell.of)}%)" if cell.of else "0 of 0"
    if isinstance(cell, Spread):
        if cell.median is None or cell.mean is None:
            return "NE"
        if kind == "mean":
            return f"{_decimal(cell.mean)} ({'NE' if cell.sd is None else _decimal(cell.sd)})"
        median, low, high = _recorded(cell)
        return f"{median} ({low}–{high})"
    if kind == "share":
        return f"{value_of(cell, share)}%"
    return with_interval(cell, lambda value: fixed(value, 1))


def compared_text(value: Estimate | NotEstimable, contrast: str) -> list[Component | str]:
    """What sets an arm against the reference: the difference alone, or a ratio with its interval."""
    if isinstance(value, NotEstimable):
        return [html.Span("NE", title=value.reason)]
    return [value_of(value, ratio) if value.low is None and value.high is None else with_interval(value, ratio)]


def _notable(value: Estimate | NotEstimable, contrast: str) -> str:
    far = isinstance(value, Estimate) and value.low is None and value.value >= NOTABLE
    return "notable" if far else ""


def _recorded(cell: Spread) -> tuple[str, str, str]:
    """Median and range with the decimal that the measurements have: none where both ends are whole."""
    whole = all(value is None or value == round(value) for value in (cell.low, cell.high))
    texts = [fixed(value, 1) for value in (cell.median, cell.low, cell.high)]
    median, low, high = (text.removesuffix(".0") if whole else text for text in texts)
    return median, low, high


def _decimal(value: float) -> str:
    return fixed(value, 1)
