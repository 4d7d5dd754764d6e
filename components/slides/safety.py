"""The slide of adverse events: a real table of the foremost events, the dots of the percentages beside its rows."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.safety import Row, SafetyResult
from components.format import count, difference_in_points, share
from components.safety import event_in_words
from components.slides import generic
from components.slides.dots import FOOT, Dots, dots
from components.slides.measure import LEADING, SMALLEST, width
from components.slides.page import Page, Shown
from components.slides.paint import Box, Canvas
from components.slides.table import MARGIN, Cell, table
from components.theme import INK, MUTED, arm_ink

ROW, HEAD = 25.0, 2 * SMALLEST * LEADING + 6
#: Widths of the plot of dots, and of the column of an arm.
PLOT, ARM, GAP = 220.0, 92.0, 14.0


def pages(shown: Shown) -> list[Page]:
    """The table and its dots."""
    result: SafetyResult = shown.result
    if not result.ranked:
        return generic.pages(shown)
    return [generic.page(shown, lambda canvas, box: _draw(canvas, box, shown), (), title(shown), result.method)]


def title(shown: Shown) -> str:
    """How many patients had any event, and the event in which the arms are farthest apart."""
    result: SafetyResult = shown.result
    arms = [i for i, a in enumerate(result.arms) if a.n][:3]
    what = event_in_words(result, shown.options)
    every = f"{what}: {_shares(result.any, arms)}% of patients"
    if len(arms) < 2:
        return f"{every}; most often {result.ranked[0].label}, {_shares(result.ranked[0], arms)}%"
    apart = max(result.ranked, key=lambda row: max(row.share[i] for i in arms) - min(row.share[i] for i in arms))
    who = ", ".join(f"{share(apart.share[i])}% with {result.arms[i].arm.short}" for i in arms)
    return f"{every}; arms farthest apart in {apart.label}: {who}"


def _shares(row: Row, arms: Sequence[int]) -> str:
    return "% and ".join(share(row.share[i]) for i in arms)


def _draw(canvas: Canvas, box: Box, shown: Shown) -> None:
    result: SafetyResult = shown.result
    compared = [i for i, e in enumerate(result.any.difference) if e is not None]
    room = int((box.height - HEAD - FOOT) // ROW)
    rows = result.ranked[:room]
    arms = [i for i, a in enumerate(result.arms) if a.n]
    texts = {
        i: [difference_in_points(e) if (e := row.difference[i]) is not None else "" for row in rows] for i in compared
    }
    single = len(compared) == 1
    difference = max((width(t, SMALLEST) for t in texts[compared[0]]), default=0) + 2 * MARGIN + 6 if single else 0.0
    plot = min(PLOT, 0.28 * box.width)
    names = max(width(result.arms[i].arm.short, SMALLEST, True) for i in arms) + 2 * MARGIN + 4
    arm = min(max(ARM, names), (box.width - plot - 2 * GAP - difference) * 0.7 / len(arms))
    label = box.width - plot - 2 * GAP - difference - arm * len(arms)
    head = [
        Cell("Event", MUTED, bold=True),
        *(
            Cell(
                f"{result.arms[i].arm.short}\n(n={count(result.arms[i].n)})",
                arm_ink(result.arms[i].position),
                True,
                "r",
            )
            for i in arms
        ),
        *([Cell("Difference, points\n(95% CI)", MUTED, True, "r")] if single else []),
    ]
    body = [
        [
            Cell(row.label),
            *(Cell(_count(row, i), INK, align="r") for i in arms),
            *([Cell(texts[compared[0]][k], INK, align="r")] if single else []),
        ]
        for k, row in enumerate(rows)
    ]
    widths = [label, *[arm] * len(arms), *([difference] if single else [])]
    table(canvas, box, widths, [head, *body], [HEAD, *[ROW] * len(rows)], "Adverse events")
    lines = [
        Dots(r.label, [(result.arms[i].arm.short, result.arms[i].position, r.share[i]) for i in arms]) for r in rows
    ]
    with canvas.group("Percentages"):
        dots(canvas, Box(box.right - plot - 6, box.top + HEAD, plot, ROW * len(rows)), lines, ROW)
    foremost = "most frequent" if shown.options.rank == "frequency" else "largest differences"
    shown_of = f"The {len(rows)} {foremost} of {count(result.terms)} events"
    if len(rows) < result.terms:
        canvas.text(
            shown_of,
            Box(box.left + MARGIN, box.top + HEAD + ROW * len(rows) + 8, label + 200, 18),
            SMALLEST,
            MUTED,
            name="Left out",
        )


def _count(row: Row, i: int) -> str:
    return f"{count(row.counts['chosen'][i])} ({share(row.share[i])}%)"
