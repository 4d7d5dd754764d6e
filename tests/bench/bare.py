"""A bare Dash app that redraws figures from memory: what a click costs when nothing is computed.

Its figures are those of the overview of trialboard for every row of the forest, made before it serves. A click on a row
asks for as many callbacks as in trialboard: one a figure, and one for a line of text.
"""

from __future__ import annotations

from typing import Any

import orjson
from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from callbacks import request, safety, subgroups, survival, transplant
from callbacks.workspace import Workspace
from components import ids
from components.theme import GRAPH_CONFIG
from data.catalog import Catalog

VIEWS = {"survival": survival, "subgroups": subgroups, "safety": safety, "transplant": transplant}


def figures(workspace: Workspace, query: str) -> dict[str, Any]:
    """The figure of each view as the browser gets it."""
    opened = request.read(workspace, query)
    drawn = {view: module.update(opened, "/", "desktop").figure for view, module in VIEWS.items()}
    return dict(orjson.loads(orjson.dumps(drawn, option=orjson.OPT_SERIALIZE_NUMPY)))


def rows(figure: dict[str, Any]) -> list[str]:
    """The links behind the rows of a forest, such as "where.SEX=F"."""
    words = [row for trace in figure["data"] for row in trace.get("customdata", [])]
    return [row for row in dict.fromkeys(words) if isinstance(row, str) and row.startswith("where.")]


def create_app() -> Dash:
    """The graphs in a grid of about the same size, with a callback each."""
    workspace = Workspace(Catalog(()))
    before = figures(workspace, "")
    after = {row: figures(workspace, f"?{row}") for row in rows(before["subgroups"])}
    clicked = Input(ids.card("subgroups", "figure"), "clickData")
    app = Dash("bare", compress=True, enable_mcp=False, health_endpoint="healthz")

    def graph(view: str) -> Component:
        return html.Div(dcc.Graph(id=ids.card(view, "figure"), figure=before[view], config=GRAPH_CONFIG))

    def wire(view: str) -> None:
        @app.callback(Output(ids.card(view, "figure"), "figure"), clicked, prevent_initial_call=True)
        def redraw(click: dict[str, Any]) -> dict[str, Any]:
            return after[click["points"][0]["customdata"]][view]

    app.layout = html.Div(
        [html.P(id="text"), *map(graph, VIEWS)],
        style={"display": "grid", "gridTemplateColumns": "repeat(2, 680px)"},
    )
    for view in VIEWS:
        wire(view)

    @app.callback(Output("text", "children"), clicked, prevent_initial_call=True)
    def write(click: dict[str, Any]) -> str:
        return str(click["points"][0]["customdata"])

    # every worker knows the scripts of the page before it is asked for one, as in trialboard
    with app.server.test_request_context("/"):
        app.index()
    return app


server = create_app().server
