"""The frame around the views: which page, which trial, the bar's counts, and notices about the link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from analysis.cohort import arm_counts, cohort, post_baseline_filters
from analysis.options import as_text, option_names
from analysis.selection import filter_in_words, whole_trial
from analysis.views import VIEWS
from callbacks import coverage, request, views
from callbacks.request import Request
from callbacks.workspace import Workspace
from components import coverage as page
from components import ids, shell
from data.contract import BrokenTrial


def register(app: Dash, workspace: Workspace) -> None:
    """Wire page, trial picker, bar and notices."""

    @app.callback(
        Output(ids.MAIN, "children"),
        Output(ids.TRIALS, "children"),
        Output(ids.NAVIGATION, "children"),
        Output(ids.DEFAULTS, "data"),
        Input(ids.PAGE, "data"),
        State(ids.STATE, "data"),
        prevent_initial_call=True,
    )
    def open_page(page: dict[str, str], state: dict[str, str]) -> tuple[Any, ...]:
        return update_page(workspace, page["path"], state["query"])

    @app.callback(
        Output(ids.CHIPS, "children"),
        Output(ids.COUNT, "children"),
        Output(ids.control("arms"), "options"),
        Output(ids.NOTICES, "children"),
        Output(ids.REVEAL, "hidden"),
        Output(ids.CAUTION, "children"),
        Input(ids.STATE, "data"),
        State(ids.NOTICES, "children"),
    )
    def follow_state(state: dict[str, str], notices: list[dict[str, Any]] | None) -> tuple[Any, ...]:
        return update_bar(workspace, state["query"], [notice["props"]["children"] for notice in notices or ()])


def update_page(
    workspace: Workspace, path: str, query: str
) -> tuple[Component, Component, list[Component], dict[str, str]]:
    """The content of a page, the trial picker, the navigation, and what each control says when the link is silent."""
    opened = request.read(workspace, query)
    current = opened.trial.id if isinstance(opened, Request) else opened.id
    picker = shell.trial_picker(workspace.catalog.entries, current, path if views.is_page(path) else views.OVERVIEW)
    if isinstance(opened, BrokenTrial):
        return shell.broken(opened), picker, [], {}
    pages = [(screen.path, screen.titled(opened.trial)) for screen in views.available(opened.trial)]
    navigation = shell.navigation([(views.OVERVIEW, "Overview"), *pages])
    if path.rstrip("/") == page.PATH:
        return shell.page(opened.trial, opened.selection, coverage.layout(opened)), picker, navigation, defaults(opened)
    if not views.is_page(path):
        return shell.not_found(path), picker, navigation, {}
    screen = views.find_screen(path)
    if screen is None:
        cards = views.overview(opened)
    elif reason := screen.missing(opened.trial):
        cards = shell.without_data(screen.titled(opened.trial), reason)
    else:
        cards = screen.draw(opened)
    content = shell.page(opened.trial, opened.selection, cards)
    return content, picker, navigation, defaults(opened)


def defaults(opened: Request) -> dict[str, str]:
    """What each setting is when the link does not say, as the link would write it."""
    standard = whole_trial(opened.trial.design)
    values = {
        "population": standard.population,
        "endpoint": standard.endpoint,
        "arms": ",".join(standard.arms),
        "reveal": "off",
    }
    for view in VIEWS.values():
        plain = view.options()
        values |= {name: as_text(getattr(plain, name)) for name in option_names(view.options)}
    return values


def update_bar(workspace: Workspace, query: str, said: Sequence[str]) -> tuple[Any, ...]:
    """Chips, the count in words, the arm buttons with their sizes, and the notices of this link.

    Notices that say what was `said` already are left alone: those the reader has dismissed stay away.
    """
    opened = request.read(workspace, query)
    if isinstance(opened, BrokenTrial):
        return (no_update,) * 6
    trial, chosen = opened.trial, opened.selection
    members = cohort(trial, chosen)
    notices = list(opened.notices)
    for view in VIEWS:
        notices += opened.notices_of(view)
    notices = list(dict.fromkeys(notices))
    return (
        shell.chips([(f.variable, filter_in_words(f, trial)) for f in chosen.filters]),
        shell.held_back(reason.reason) if (reason := opened.refusal) else shell.count_in_words(members.n, members.of),
        shell.arm_options(trial.design, opened.written(arm_counts(trial, chosen))),
        no_update if notices == list(said) else shell.notices(notices),
        not members.exploratory,
        shell.caution(post_baseline_filters(trial, chosen)),
    )
