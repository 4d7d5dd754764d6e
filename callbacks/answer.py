"""How every view answers: open the link, analyse, show; and never let one card's failure reach another."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from dash import Output
from dash.exceptions import PreventUpdate
from flask import g, has_request_context

from analysis.estimate import NotEstimable
from callbacks import request
from callbacks.request import Request
from callbacks.workspace import Workspace
from components import card, ids

log = logging.getLogger(__name__)

State = dict[str, str]


def outputs(view: str, drawn: bool = True) -> dict[str, Output]:
    """The parts of the card of `view` that an answer fills; a card that is a table alone has no figure."""
    properties = {"figure": "figure"}
    return {
        part: Output(ids.card(view, part), properties.get(part, "children"))
        for part in card.PARTS
        if drawn or part != "figure"
    }


def answer(
    workspace: Workspace, view: str, state: State, show: Callable[[Request], card.Filled | NotEstimable]
) -> dict[ids.CardPart, Any]:
    """What the card of `view` shows: a failure is a quiet notice on the card and a traceback in the log."""
    opened = request.read(workspace, state["query"])
    if not isinstance(opened, Request):
        raise PreventUpdate
    content: card.Filled | card.Message
    try:
        shown = show(opened)
        content = card.Message(shown.reason) if isinstance(shown, NotEstimable) else shown
    except Exception:
        if has_request_context():
            g.pop("asked", None)  # a failure is not remembered
        log.exception("the view %s failed for the trial %s", view, opened.trial.id)
        content = card.Message("This view could not be computed. The other cards are not affected.", failed=True)
    return card.parts(content, f"/numbers/{view}.{{kind}}{state['query'].replace('{', '%7B').replace('}', '%7D')}")
