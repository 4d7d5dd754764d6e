"""The slides of the patients page: baseline, deaths, later therapies, exposure; each a table under its quantity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.estimate import Estimate
from analysis.summary import Block, Counted, Row, Spread, Summary
from analysis.survival import SurvivalResult
from analysis.therapies import TherapiesResult
from components.format import count, ratio, share
from components.slides import counted, generic
from components.slides.page import Page, Shown
from components.slides.paint import Box, Canvas
from components.summary import cell_text
from components.therapies import effect


def baseline(shown: Shown) -> list[Page]:
    """The characteristics, on as many slides as their blocks need."""
    result: Summary = shown.result
    return _pages(shown, result, _apart(shown, result))


def survivors(shown: Shown) -> list[Page]:
    """Those who lived long beside the others, on as many slides as the characteristics need."""
    result: Summary = shown.result
    free, others = result.arms
    most = max(_differences(result), default=None)
    said = f"; farthest apart in {most[1]}, standardized difference {ratio(most[0])}" if most else ""
    return _pages(shown, result, f"{free.arm.label}: {count(free.n)} of {count(free.n + others.n)}{said}")


def deaths(shown: Shown) -> list[Page]:
    """Who died and of what, with dots; the terms of a cause where they have room."""
    result: Summary = shown.result
    first = result.blocks[0].rows[0]
    title = f"Died: {_shares(result, first)}"
    made = []
    for block in result.blocks:
        few = block if len(block.rows) <= 13 else replace(block, rows=tuple(r for r in block.rows if not r.indented))
        name = title if block is result.blocks[0] else f"{block.label}: died, {_shares(result, block.rows[0])}"
        made.append(_page(shown, result, [few], name, named=False, dotted=True))
    return made


def therapies(shown: Shown) -> list[Page]:
    """Who was given what later, with dots; survival censored there in the title."""
    result: TherapiesResult = shown.result
    table = result.summary
    row = table.blocks[0].rows[0]
    found = result.censored
    title = f"{row.label} in {_shares(table, row)}"
    for figure in effect(found) if isinstance(found, SurvivalResult) else ():
        title += f"; {figure.label.split(':')[0]}: HR {figure.value} ({figure.interval})"
    return [_page(shown, table, table.blocks, title, named=len(table.blocks) > 1, dotted=True)]


def exposure(shown: Shown) -> list[Page]:
    """How long patients were treated, and the care it took."""
    result: Summary = shown.result
    block = next((b for b in result.blocks if any(r.headline for r in b.rows)), result.blocks[0])
    row = next((r for r in block.rows if r.headline), block.rows[0])
    said = [
        f"{cell_text(cell, row.kind).split(' ')[0]} with {size.arm.short}"
        for size, cell in zip(result.arms, row.cells, strict=True)
        if isinstance(cell, Spread) and cell.n
    ]
    return _pages(shown, result, f"{block.label}: median {' and '.join(said)}" if said else shown.title)


def _pages(shown: Shown, result: Summary, title: str) -> list[Page]:
    """The table on as many slides as its blocks need."""
    found = counted.parts(result.blocks, shown.room)
    named = len(result.blocks) > 1
    return [
        _page(shown, result, blocks, f"{title} ({k} of {len(found)})" if len(found) > 1 else title, named)
        for k, blocks in enumerate(found, 1)
    ]


def _page(
    shown: Shown,
    result: Summary,
    blocks: Sequence[Block],
    title: str,
    named: bool,
    dotted: bool = False,
) -> Page:
    def draw(canvas: Canvas, box: Box) -> None:
        counted.draw(canvas, box, result, blocks, named, dotted)

    return generic.page(shown, draw, (), title, result.method)


def _shares(result: Summary, row: Row) -> str:
    """The share of each arm: "79.9% of patients with Inotuzumab and 88.1% with SoC"."""
    said = [
        f"{share(cell.n / cell.of)}%{' of patients' if not i else ''} with {size.arm.short}"
        for i, (size, cell) in enumerate(zip(result.arms, row.cells, strict=True))
        if isinstance(cell, Counted) and cell.of and cell.n >= 0
    ]
    return _joined(said[:3]) or "not counted"


def _joined(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 2 else parts)


def _apart(shown: Shown, result: Summary) -> str:
    """The characteristic in which the arms are farthest apart."""
    known = _differences(result)
    sizes = _joined([f"{count(a.n)} with {a.arm.short}" for a in result.arms[:3]])
    if not known:
        return f"{shown.title} of {sizes}"
    most, label = max(known)
    return f"Baseline of {sizes}: farthest apart in {label}, standardized difference {ratio(most)}"


def _differences(result: Summary) -> list[tuple[float, str]]:
    """How far apart the columns are in each characteristic."""
    return [
        (value.value, block.label) for block in result.blocks for value in block.compared if isinstance(value, Estimate)
    ]
