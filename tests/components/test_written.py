"""Tables of words leave as data; a table with something to press, and words that look like markup, as they are."""

import json

from dash import html

from components.written import written


def table(cell):
    return html.Table(html.Tbody(html.Tr([html.Th("<b>Age</b>", scope="row"), html.Td(cell, colSpan=2)])))


def test_a_table_of_words_is_one_component():
    found = written(html.Div([table(["NE ", html.Small("too few")])]))
    data = json.loads(found.children[0].to_plotly_json()["props"]["data-table"])
    row = data[2][0][2][0]
    assert row[2][0] == ["Th", {"scope": "row"}, ["<b>Age</b>"]]
    assert row[2][1] == ["Td", {"colSpan": 2}, ["NE ", ["Small", {}, ["too few"]]]]


def test_a_table_with_something_to_press_stays():
    pressed = table(html.Button("these patients", id="press"))
    assert written(pressed) is pressed
    assert isinstance(written(table(html.A("there", href="/"))), html.Table)
