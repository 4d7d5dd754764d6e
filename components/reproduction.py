"""The page that holds the trial against its paper: the score first, then every printed number beside ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from dash import dcc, html
from dash.development.base_component import Component

from analysis.reproduction import EVERYTHING, Light, Reproduction, ReproductionOptions, Row, Score
from analysis.selection import Selection
from components import ids
from components.card import Figure, Filled
from data.contract import Trial
from data.published import Part

#: Icon, colour class and words of each light: never a colour alone.
LIGHTS: dict[Light, tuple[str, str, str]] = {
    "equal": ("bi-check-circle-fill", "agrees", "equal"),
    "within": ("bi-check-circle", "agrees", "close"),
    "differs": ("bi-exclamation-circle-fill", "differs", "differs"),
    "not_comparable": ("bi-dash-circle", "silent", "not comparable"),
}
#: What the numbers of a tier are, as the score says it.
TIERS = {
    "exact": "counts, percentages and medians that a data set can hit",
    "rounding": "estimates and intervals",
    "conditional": "results of models that were not published in full",
    "extra": "figures of the same trial from other public sources",
}

HOW_TO_READ = (
    "Each number that the report prints is computed again from the patients shown here. Equal means equal after "
    "rounding to the printed digits; close means within the tolerance stated beside the number; not comparable are "
    "numbers of an earlier cut-off, or that the report gives in words only."
)


def layout(trial: Trial, selection: Selection, options: ReproductionOptions, room: str) -> Component:
    """The page before its table has been computed."""
    return html.Div(html.Div(className="page-waiting"), id=ids.REPRODUCTION, className="reproduction")


def refused(reason: str) -> list[Component]:
    """The page where nothing of it is shown, with the reason."""
    return [html.Div(html.P(reason), className="dead-end")]


def content(
    result: Reproduction, options: ReproductionOptions, address: str, pages: Mapping[str, str]
) -> list[Component]:
    """Score, parts of the paper, filters and table.

    `address` is the link to this page, to which a filter adds its choice; `pages` are the paths of the views.
    """
    # a section of the paper holds what the report prints, then what other sources add
    order = {section: place for place, section in enumerate(result.sections)}
    shown = sorted((row for row in result.rows if _wanted(row, options)), key=lambda row: order[row.section])
    return [
        html.H2("Does it agree with the paper?"),
        html.P(
            "Each number printed in the trial’s report, beside the one recomputed from the patients in this dashboard "
            "by the estimators that draw the views.",
            className="lead-in",
        ),
        html.Div(_scores(result), className="scores"),
        *_parts(result, pages),
        _filters(result, options, address),
        html.Div(
            html.Table(
                [
                    html.Thead(
                        html.Tr(
                            [
                                html.Th(text, scope="col")
                                for text in (
                                    html.Span("Agreement", className="visually-hidden"),
                                    "Quantity",
                                    "Population",
                                    "Published",
                                    "Recomputed",
                                    "Where in the paper",
                                    html.Span("View", className="visually-hidden"),
                                )
                            ]
                        )
                    ),
                    *(
                        html.Tbody([_heading(section), *(_line(row, pages) for row in rows)])
                        for section, rows in groupby(shown, key=lambda row: row.section)
                    ),
                ]
            ),
            className="reproduction-table",
            tabIndex=0,
            role="region",
            **{"aria-label": "Published and recomputed numbers"},
        ),
    ]


def href(pages: Mapping[str, str], view: str, query: str) -> str:
    """The link to the card of a view in a state, on its page."""
    return f"{pages[view]}{query}#{ids.place(view)}"


def _parts(result: Reproduction, pages: Mapping[str, str]) -> list[Component]:
    """The tables, figures and paragraphs of the paper, each with its link; its further ones in the same line."""
    if not result.parts:
        return []
    groups = [
        html.Div(
            [
                html.H3(kind),
                html.Ul([_part(list(same), pages) for _, same in groupby(parts, key=lambda pair: pair[0].name)]),
            ]
        )
        for kind, parts in groupby(result.parts, key=lambda pair: pair[0].kind)
    ]
    return [html.Nav(groups, className="paper-parts", **{"aria-label": "Tables, figures and paragraphs of the report"})]


def _part(parts: Sequence[tuple[Part, str]], pages: Mapping[str, str]) -> html.Li:
    """The links of a part, the first with the name of a table or figure; a paragraph has its title alone."""
    name = parts[0][0].name
    named = [] if "," in name else [html.Strong(name), " "]
    links = [dcc.Link(part.title, href=href(pages, part.view, query)) for part, query in parts]
    links[0].children = [*named, parts[0][0].title]
    return html.Li([item for link in links for item in (" · ", link)][1:])


def _wanted(row: Row, options: ReproductionOptions) -> bool:
    if options.differences:
        return row.light in ("differs", "within")
    return options.section in (EVERYTHING, row.section)


def _scores(result: Reproduction) -> list[Component]:
    """The score of the report itself, then of each tier, then how many numbers cannot be compared."""
    tiers = {score.tier: score for score in result.scores}
    own = [tiers[tier] for tier in ("exact", "rounding", "conditional") if tier in tiers]
    silent = sum(score.not_comparable for score in result.scores)
    total = _score(
        f"{sum(s.agree for s in own)} of {sum(s.n for s in own)}", "of the report’s numbers agree", _tone(own)
    )
    parts = [
        _score(f"{tiers[tier].agree} / {tiers[tier].n}", words, _tone([tiers[tier]]))
        for tier, words in TIERS.items()
        if tier in tiers
    ]
    return [total, *parts, _score(str(silent), "not comparable: earlier cut-off, or words only", "silent")]


def score(result: Reproduction) -> Filled:
    """The score of each tier as numbers, without a figure."""
    scores = [s for s in result.scores if s.tier in ("exact", "rounding", "conditional")]
    return Filled(
        headline=[Figure(f"{s.agree} of {s.n}", "", TIERS[s.tier]) for s in scores],
        figure={},
        method="Printed numbers beside those recomputed by the estimators that draw the views, equal after rounding.",
    )


def _tone(scores: Iterable[Score]) -> str:
    return "agrees" if all(score.differs == 0 for score in scores) else "differs"


def _score(number: str, words: str, tone: str) -> html.Div:
    return html.Div([html.Div(number, className=f"score {tone}"), html.Div(words, className="score-words")])


def _filters(result: Reproduction, options: ReproductionOptions, address: str) -> html.Nav:
    choices = [(name, replace(options, section=name, differences=False)) for name in result.sections]
    choices.append(("All", replace(options, section=EVERYTHING, differences=False)))
    choices.append(("Differences only", replace(options, section=EVERYTHING, differences=True)))
    return html.Nav(
        [
            dcc.Link(
                words,
                href=address.format(section=choice.section, differences="on" if choice.differences else "off"),
                className="segment chosen" if _same(choice, options) else "segment",
            )
            for words, choice in choices
        ],
        className="segmented",
        **{"aria-label": "Section of the paper"},
    )


def _same(one: ReproductionOptions, other: ReproductionOptions) -> bool:
    """Whether two choices show the same rows: with differences only, the section does not matter."""
    return one.differences == other.differences and (one.differences or one.section == other.section)


def _heading(section: str) -> html.Tr:
    return html.Tr(html.Th(section, colSpan=7, scope="rowgroup"), className="section")


def light(row: Row) -> html.I:
    """The light of a row: an icon with its words, and the rule behind it."""
    icon, tone, words = LIGHTS[row.light]
    return html.I(className=f"bi {icon} {tone}", title=f"{words}: {row.rule}", role="img", **{"aria-label": words})


def _line(row: Row, pages: Mapping[str, str]) -> html.Tr:
    arrow = html.I(className="bi bi-arrow-right", **{"aria-hidden": "true"})
    where: Sequence[Component | str] = [row.source, *([html.Div(row.note, className="note")] if row.note else [])]
    return html.Tr(
        [
            html.Td(light(row)),
            html.Td([row.quantity, *([html.Div(row.definition, className="note")] if row.definition else [])]),
            html.Td(", ".join(part for part in (row.population, row.arm) if part and part != "all"), className="muted"),
            html.Td(row.published, className="printed"),
            html.Td(row.recomputed or "—", className="printed"),
            html.Td(where, className="muted"),
            html.Td(dcc.Link(["view", arrow], href=href(pages, row.view, row.query)) if row.view else ""),
        ],
        className=LIGHTS[row.light][1],
    )
