"""What stands around every view: header, trial picker, navigation, the bar of shared choices, notices, footer."""

from __future__ import annotations

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from analysis.selection import Selection
from components import controls, coverage, filters, handout, ids, slide_panel
from components.format import count
from components.theme import arm_colour
from components.written import written
from data.contract import BrokenTrial, Trial, TrialDesign

NO_ADVICE = "For teaching and research. Nothing here is medical advice."


def layout(version: str) -> Component:
    """The empty page: it holds the state and the frame; the browser's address fills it."""
    return html.Div(
        [
            dcc.Location(id=ids.URL, refresh=False),
            dcc.Store(id=ids.STATE),
            dcc.Store(id=ids.PAGE),
            dcc.Store(id=ids.DEFAULTS, data={}),
            dcc.Store(id=ids.SCREEN),
            html.A("Skip to the content", href=f"#{ids.MAIN}", className="skip-link"),
            _header(),
            html.Main(id=ids.MAIN, tabIndex=-1, children=html.Div(className="page-waiting")),
            filters.panel(),
            slide_panel.panel(),
            handout.panel(),
            handout.status(),
            html.Footer(
                [
                    html.Span(f"trialboard {version}"),
                    html.Span(NO_ADVICE),
                    dcc.Link(coverage.TITLE, id=ids.nav(coverage.PATH, "footer"), href=coverage.PATH),
                ],
                className="page-footer",
            ),
        ]
    )


def _header() -> html.Header:
    return html.Header(
        [
            dcc.Link(
                [html.I(className="bi bi-graph-down", **{"aria-hidden": "true"}), "trialboard"],
                id=ids.nav("/", "brand"),
                href="/",
                className="brand",
            ),
            html.Div(id=ids.TRIALS),
            html.Nav(id=ids.NAVIGATION, **{"aria-label": "Views"}),
            html.Div(
                [
                    html.Button(
                        [html.I(className="bi bi-link-45deg", **{"aria-hidden": "true"}), html.Span("Copy link")],
                        id=ids.COPY_LINK,
                        type="button",
                        className="action",
                    ),
                    handout.report_link(),
                    slide_panel.button(),
                ],
                className="header-actions",
            ),
        ],
        className="page-header",
    )


def navigation(pages: Sequence[tuple[str, str]]) -> list[Component]:
    """The links to the pages, given as (path, title); the browser adds the query and marks the current one."""
    return [dcc.Link(title, id=ids.nav(path, "navigation"), href=path, className="nav-item") for path, title in pages]


def trial_picker(entries: Sequence[Trial | BrokenTrial], current: str, path: str) -> Component:
    """A menu of the trials; a broken one stands there with its reason, and opens the list of what is wrong."""
    name = next((_name(entry) for entry in entries if entry.id == current), "Choose a trial")
    return dbc.DropdownMenu(
        [_picker_item(entry, path, entry.id == current) for entry in entries],
        label=name,
        toggle_class_name="trial-toggle",
        color="light",
    )


def _picker_item(entry: Trial | BrokenTrial, path: str, active: bool) -> dbc.DropdownMenuItem:
    if isinstance(entry, Trial):
        detail = f"{entry.design.title} · {count(len(entry.patients))} patients"
        label = html.Span([html.Strong(entry.design.name), html.Small(detail)], className="trial-item")
    else:
        label = html.Span(
            [html.Strong(f"{entry.name} — cannot be opened"), html.Small(entry.reason, className="broken")],
            className="trial-item",
        )
    return dbc.DropdownMenuItem(label, href=f"{path}?trial={entry.id}", active=active)


def _name(entry: Trial | BrokenTrial) -> str:
    return entry.design.name if isinstance(entry, Trial) else entry.name


def masthead(design: TrialDesign) -> Component:
    """The trial's title, a line of facts, and the badge of patients who are not real."""
    facts = " · ".join(part for part in (design.subtitle, design.registration) if part)
    kind = design.provenance.kind
    badge = design.provenance.badge or {
        "synthetic": "Synthetic patients",
        "reconstructed": "Reconstructed patients",
    }.get(kind or "", "")
    return html.Div(
        [
            html.H1(design.title),
            html.Div(
                [
                    html.Span(facts),
                    *(
                        [
                            html.Span(
                                [html.I(className="bi bi-exclamation-triangle", **{"aria-hidden": "true"}), badge],
                                className="badge-synthetic",
                                title=design.provenance.note,
                            )
                        ]
                        if badge
                        else []
                    ),
                ],
                className="facts",
            ),
        ],
        className="masthead",
    )


def bar(trial: Trial, selection: Selection) -> Component:
    """The choices every card shares: population, cohort chips, count, arms."""
    design = trial.design
    sizes = {p.id: int(trial.populations[p.id].sum()) for p in design.populations}
    populations = [(p.id, f"{p.short} {count(sizes[p.id])}") for p in design.populations]
    return html.Section(
        [
            controls.choice("population", "Population", populations, selection.population),
            html.Div(id=ids.CHIPS, className="chips"),
            filters.button(),
            html.Span(id=ids.COUNT, className="count", role="status"),
            html.Span(
                [
                    controls.switch("reveal", "Show P values", selection.reveal),
                    html.Span(id=ids.SUBSETS, className="count"),
                ],
                id=ids.REVEAL,
                hidden=True,
                className="reveal",
            ),
            html.Fieldset(
                [
                    html.Legend("Arms shown", className="visually-hidden"),
                    dbc.Checklist(
                        id=ids.control("arms"),
                        options=arm_options(design, None),
                        value=list(selection.arms),
                        inline=True,
                        class_name="arm-buttons",
                        input_class_name="btn-check",
                        label_class_name="arm-button",
                        label_checked_class_name="chosen",
                    ),
                ],
                className="arms",
            ),
        ],
        className="bar",
        **{"aria-label": "Population, cohort and arms"},
    )


def arm_options(design: TrialDesign, sizes: Sequence[int] | None) -> list[dict[str, object]]:
    """The arm buttons, with the patients that the cohort has in each."""
    options: list[dict[str, object]] = []
    for position, arm in enumerate(design.arms):
        size = f" (n={count(sizes[position])})" if sizes else ""
        dot = html.Span(className="dot", style={"backgroundColor": arm_colour(position)})
        options.append({"value": arm.id, "label": written(html.Span([dot, f"{arm.label}{size}"]))})
    return options


def chips(filters: Sequence[tuple[str, str]]) -> list[Component]:
    """A removable chip for each filter, given as (variable, words)."""
    if not filters:
        return []
    return [
        html.Span("Cohort", className="chips-label"),
        *(
            written(
                html.Button(
                    [words, html.Span("×", **{"aria-hidden": "true"})],
                    id=ids.chip(variable),
                    type="button",
                    className="chip",
                    **{"aria-label": f"Remove the filter {words}"},
                )
            )
            for variable, words in filters
        ),
    ]


def count_in_words(n: int, of: int) -> list[Component | str]:
    """The bar's count: "326 patients", or "Exploratory: 137 of 326 patients" once a filter drops some."""
    if n == of:
        return [f"{count(n)} patients"]
    return [html.Strong("Exploratory: "), f"{count(n)} of {count(of)} patients"]


def held_back(reason: str) -> list[Component | str]:
    """The bar's count of a cohort too small to be shown."""
    return [html.Strong("Held back: "), reason]


def caution(post_baseline: Sequence[str]) -> list[Component]:
    """The warning above cohorts that are defined by what happened after randomisation."""
    if not post_baseline:
        return []
    return [
        html.P(
            [
                html.Strong("Known only after randomization: "),
                f"{', '.join(post_baseline)}. Patients had to live long enough to be in this group "
                "(immortal-time bias), so the arms are no longer comparable.",
            ],
            className="caution",
            role="note",
        )
    ]


def notices(sentences: Sequence[str]) -> list[Component]:
    """What was ignored in the link, each in a notice that can be dismissed."""
    return [dbc.Alert(sentence, color="light", dismissable=True, class_name="notice") for sentence in sentences]


def not_found(path: str) -> Component:
    """The page for a path that leads nowhere."""
    return html.Div(
        [
            html.H1("There is no page here"),
            html.P(["Nothing is found at ", html.Code(path[:80]), "."]),
            html.P(dcc.Link("Open the overview", href="/")),
        ],
        className="dead-end",
    )


def without_data(title: str, reason: str) -> Component:
    """A page whose view this trial has no data for."""
    return html.Div([html.H2(title), html.P(reason)], className="dead-end")


def broken(entry: BrokenTrial) -> Component:
    """The page of a trial that could not be opened: every finding, as `python -m data.check` prints it."""
    return html.Div(
        [
            html.H1(f"{entry.name} could not be opened"),
            html.P("The other trials are not affected. What the checks found, with file, row and rule:"),
            html.Ul([html.Li(str(finding), className=finding.severity) for finding in entry.findings]),
            html.P(["The same list is printed by ", html.Code("python -m data.check FOLDER"), "."]),
        ],
        className="dead-end",
    )


def page(trial: Trial, selection: Selection, cards: Component) -> Component:
    """A page of a healthy trial: masthead, bar, notices, cards, and who it is that the numbers describe."""
    design = trial.design
    source = " ".join(part for part in (design.citation, design.provenance.note) if part)
    return html.Div(
        [
            masthead(design),
            bar(trial, selection),
            html.Div(id=ids.CAUTION),
            html.Div(id=ids.NOTICES, role="status"),
            cards,
            html.P(source, className="source") if source else None,
        ]
    )
