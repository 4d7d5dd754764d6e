"""Every id that a callback names must stand in a layout; a typo would otherwise be a control that does nothing."""

import json

import pytest
from dash import ALL, MATCH

from analysis.selection import Filter
from app import create_app
from callbacks import published, request, shell, subgroups, views
from callbacks.filters import choice as filter_choice
from callbacks.workspace import Workspace
from components import filters, slide_panel
from components import published as published_card
from components.shell import chips
from data.catalog import Catalog


def written(component, found):
    """Every id in the tree of `component`."""
    identity = getattr(component, "id", None)
    if identity is not None:
        found.append(identity)
    children = getattr(component, "children", None)
    for child in children if isinstance(children, list | tuple) else [children]:
        if hasattr(child, "to_plotly_json"):
            written(child, found)
    return found


@pytest.fixture(scope="module")
def layout_ids(trials):
    workspace = Workspace(Catalog([trials]))
    found = written(create_app().layout, [])
    for entry in workspace.catalog.entries:
        for path in (views.OVERVIEW, *(screen.path for screen in views.SCREENS)):
            content, picker, navigation, _ = shell.update_page(workspace, path, f"?trial={entry.id}")
            for part in (content, picker, *navigation):
                written(part, found)
    opened = request.read(workspace, "?trial=gbsg2")

    for part in filters.layout([filter_choice(opened, factor) for factor in opened.trial.design.factors], ("", "")):
        written(part, found)
    for chip in chips([(Filter(f.variable, ()).variable, f.label) for f in opened.trial.design.factors]):
        written(chip, found)
    for part in slide_panel.rows([("survival", "Survival", True)]):
        written(part, found)
    printed = published.update(request.read(workspace, ""), "survival")
    for part in (*published_card.button("survival", published.rows(request.read(workspace, ""), "survival")), *printed):
        written(part, found)
    written(subgroups.update(opened, "/subgroups", "desktop").table, found)
    return found


def names(app):
    for callback in app.callback_map.values():
        for wire in [*callback["inputs"], *callback["state"]]:
            yield wire["id"]
    for key in app.callback_map:
        for output in key.strip(".").split("..."):
            yield output.rsplit(".", 1)[0]


def matches(wanted, have):
    if not isinstance(wanted, dict) or not isinstance(have, dict):
        return wanted == have
    wild = (["ALL"], ALL, ["MATCH"], MATCH)
    return wanted.keys() == have.keys() and all(wanted[k] in wild or wanted[k] == have[k] for k in wanted)


def test_every_id_a_callback_names_stands_in_a_layout(layout_ids):
    app = create_app()
    checked = 0
    for name in names(app):
        identity = json.loads(name) if name.startswith("{") else name.split("@")[0]
        assert any(matches(identity, have) for have in layout_ids), identity
        checked += 1
    assert checked > 20
