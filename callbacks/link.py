"""The address and the controls, kept in step in the browser: no request to the server is needed for that."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output, State

from components import ids


def register(app: Dash) -> None:
    """Wire address, state, controls and navigation."""

    def browser(function: str, *wiring: Input | Output | State, **kwargs: object) -> None:
        app.clientside_callback(ClientsideFunction("link", function), *wiring, **kwargs)

    browser(
        "read",
        Output(ids.STATE, "data"),
        Output(ids.SCREEN, "data"),
        Input(ids.URL, "search"),
        Input(ids.URL, "pathname"),
        State(ids.EVERY_CONTROL, "id"),
        State(ids.EVERY_CONTROL, "value"),
        State(ids.DEFAULTS, "data"),
        State(ids.EVERY_FILTER, "id"),
        State(ids.EVERY_FILTER, "value"),
        State(ids.SCREEN, "data"),
    )
    browser("page", Output(ids.PAGE, "data"), Input(ids.STATE, "data"), State(ids.PAGE, "data"))
    browser(
        "write",
        Output(ids.URL, "search", allow_duplicate=True),
        Input(ids.EVERY_CONTROL, "value"),
        State(ids.EVERY_CONTROL, "id"),
        State(ids.DEFAULTS, "data"),
        prevent_initial_call=True,
    )
    browser(
        "navigate",
        Output(ids.EVERY_NAV, "href"),
        Output(ids.EVERY_NAV_ITEM, "className"),
        Input(ids.STATE, "data"),
        Input(ids.EVERY_NAV, "id"),
        Input(ids.EVERY_NAV_ITEM, "id"),
        prevent_initial_call=True,
    )
    browser(
        "unfilter",
        Output(ids.URL, "search", allow_duplicate=True),
        Input(ids.EVERY_CHIP, "n_clicks"),
        prevent_initial_call=True,
    )
    browser(
        "choose",
        Output(ids.URL, "search", allow_duplicate=True),
        Input(ids.EVERY_COHORT, "n_clicks"),
        prevent_initial_call=True,
    )
    browser(
        "drag",
        Output(ids.URL, "search", allow_duplicate=True),
        Input(ids.card("survival", "figure"), "relayoutData"),
        State(ids.DEFAULTS, "data"),
        prevent_initial_call=True,
    )
    browser(
        "filter",
        Output(ids.URL, "search", allow_duplicate=True),
        Input(ids.EVERY_FILTER, "value"),
        State(ids.EVERY_FILTER, "id"),
        prevent_initial_call=True,
    )
    browser(
        "click",
        Output(ids.URL, "search", allow_duplicate=True),
        Input(ids.EVERY_FIGURE, "clickData"),
        prevent_initial_call=True,
    )
    browser(
        "slide",
        Output(ids.URL, "search", allow_duplicate=True),
        Input(ids.EVERY_SLIDER, "value"),
        State(ids.EVERY_SLIDER, "id"),
        State(ids.EVERY_SLIDER, "name"),
        prevent_initial_call=True,
    )
    browser(
        "follow",
        Output(ids.EVERY_SLIDER, "value"),
        Input(ids.STATE, "data"),
        Input(ids.EVERY_SLIDER, "name"),
        State(ids.EVERY_SLIDER, "id"),
        prevent_initial_call=True,
    )
    browser("subsets", Output(ids.SUBSETS, "children"), Input(ids.STATE, "data"))
    browser("copy", Output(ids.COPY_LINK, "title"), Input(ids.COPY_LINK, "n_clicks"), prevent_initial_call=True)
