"""How every view answers: open the link, analyse, show; and never let one card's failure reach another."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from dash import Dash, Input, Output
from dash.exceptions import PreventUpdate
from flask import g, has_request_context

from analysis.estimate import NotEstimable
from analysis.reproduction import Row
from callbacks import request
from callbacks.published import rows as published_rows
from callbacks.request import Request
from callbacks.workspace import Workspace
from components import card, ids, published
from components.theme import Screen, arm_ink

log = logging.getLogger(__name__)

State = dict[str, str]
#: Gives the content of a card: an opened link, the path ("/" for a card of the overview), and the screen.
Update = Callable[[Request, str, Screen], card.Filled | NotEstimable]


def register(app: Dash, workspace: Workspace, view: str, update: Update, drawn: bool = True) -> None:
    """Wire the card of `view` to the state and to the width of the screen."""
    filled = outputs(view, drawn)

    @app.callback(filled, Input(ids.STATE, "data"), Input(ids.SCREEN, "data"))
    def follow(state: State, screen: Screen) -> dict[ids.CardPart, Any]:
        shown = answer(workspace, view, state, lambda opened: update(opened, state["path"], screen))
        return {part: shown[part] for part in filled}


def showing(view: str, content: Callable[[Any, Screen], card.Filled]) -> Update:
    """The update of a card that takes its result and the screen, and nothing else of the link."""

    def update(opened: Request, path: str, screen: Screen) -> card.Filled | NotEstimable:
        result = opened.result(view)
        return result if isinstance(result, NotEstimable) else content(result, screen)

    return update


def outputs(view: str, drawn: bool = True) -> dict[ids.CardPart, Output]:
    """The parts of the card of `view` that an answer fills; a card that is a table alone has no figure."""
    properties: dict[ids.CardPart, str] = {"figure": "figure", "height": "style"}
    shown = [part for part in card.PARTS if drawn or part not in card.DRAWN]
    return {part: Output(ids.card(view, part), properties.get(part, "children")) for part in shown}


def answer(
    workspace: Workspace, view: str, state: State, show: Callable[[Request], card.Filled | NotEstimable]
) -> dict[ids.CardPart, Any]:
    """What the card of `view` shows: a failure is a quiet notice on the card and a traceback in the log."""
    opened = request.read(workspace, state["query"])
    if not isinstance(opened, Request):
        raise PreventUpdate
    content: card.Filled | card.Message
    rows: Sequence[Row] = ()
    try:
        shown = show(opened)
        content = card.Message(shown.reason) if isinstance(shown, NotEstimable) else shown
        rows = published_rows(opened, view) if isinstance(content, card.Filled) else ()
    except Exception:
        if has_request_context():
            g.pop("asked", None)  # a failure is not remembered
        log.exception("the view %s failed for the trial %s", view, opened.trial.id)
        content = card.Message("This view could not be computed. The other cards are not affected.", failed=True)
    address = f"/numbers/{view}.{{kind}}{state['query'].replace('{', '%7B').replace('}', '%7D')}"
    inks = {arm.short: arm_ink(position) for position, arm in enumerate(opened.trial.design.arms)}
    headline = content.headline if isinstance(content, card.Filled) else ()
    return card.parts(content, address, published.marks(headline, rows, inks), published.button(view, rows))
