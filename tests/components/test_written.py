"""What is words alone leaves as data; what has an id, is more than words, or looks like markup, as it is."""

import json

from dash import dcc, html

from components.written import written


def table(cell):
    return html.Table(html.Tbody(html.Tr([html.Th("<b>Age</b>", scope="row"), html.Td(cell, colSpan=2)])))


def nodes(component):
    """What the browser makes in the place of a component."""
    props = component.to_plotly_json()["props"]
    assert "children" not in props
    return json.loads(props["data-written"])


def test_a_table_of_words_is_one_component():
    found = nodes(written(html.Div([table(["NE ", html.Small("too few")])])))
    row = found[0][2][0][2][0]
    assert row[2][0] == ["Th", {"scope": "row"}, ["<b>Age</b>"]]
    assert row[2][1] == ["Td", {"colSpan": 2}, ["NE ", ["Small", {}, ["too few"]]]]


def test_what_is_outermost_keeps_its_id_and_everything_else():
    chip = written(html.Button(["Age ", html.Span("×", **{"aria-hidden": "true"})], id="chip", n_clicks=0))
    assert (chip.id, chip.n_clicks) == ("chip", 0)
    assert nodes(chip) == ["Age ", ["Span", {"aria-hidden": "true"}, ["×"]]]


def test_what_dash_listens_to_stays_and_what_stands_beside_it_is_written():
    pressed = html.Button("these patients", id="press")
    found = written(html.Div([html.P(html.Strong("Note")), html.P(pressed)]))
    assert nodes(found.children[0]) == [["Strong", {}, ["Note"]]]
    assert found.children[1].children is pressed


def test_a_link_that_dash_follows_and_what_the_browser_does_not_make_stay():
    link, field = dcc.Link("there", href="/"), dcc.Input(value="1")
    found = written([html.P([link]), html.P([field]), html.P([html.Span("here", tabIndex=0), "!"])])
    assert [type(part.children[0]) for part in found] == [dcc.Link, dcc.Input, html.Span]


def test_words_alone_are_as_short_as_they_can_be():
    assert written(html.P("words")).children == "words"
    assert written("words") == "words"
    assert written(None) is None


def test_an_icon_inside_is_kept_though_it_holds_nothing() -> None:
    menu = written(html.Details([html.Summary(html.I(className="bi bi-download")), html.Ul([])]))
    assert '["I", {"className": "bi bi-download"}, []]' in getattr(menu, "data-written")
