"""What a card says of the numbers that the paper prints as well."""

import json
from pathlib import Path

import pytest

from callbacks import answer, cards, published, request, views
from callbacks.workspace import Workspace
from components import ids
from components.published import SIGN
from components.reproduction import href
from data.catalog import Catalog


@pytest.fixture(scope="module")
def workspace():
    return Workspace(Catalog(()))


def texts(component):
    """Every text in the tree of a component, in its order."""
    if isinstance(component, str):
        return [component]
    if isinstance(component, list | tuple):
        return [text for child in component for text in texts(child)]
    nodes = json.loads(getattr(component, "data-written", "[]"))
    return written(nodes) + texts(getattr(component, "children", None) or [])


def written(nodes):
    """Every text that the browser makes of words alone."""
    return [text for node in nodes for text in ([node] if isinstance(node, str) else written(node[2]))]


def card(workspace, view, query):
    """What the card of a view is given, on its page."""
    update = cards.CARDS[view].update
    shown = answer.answer(workspace, view, {"query": query}, lambda opened: update(opened, "/", "desktop"))
    return texts(shown["headline"]), texts(shown["method"])


def test_the_card_counts_them_and_marks_the_headline(workspace):
    headline, method = card(workspace, "survival", "?trial=inovate")
    opened = request.read(workspace, "?trial=inovate")
    assert f"{SIGN} {len(published.rows(opened, 'survival'))} published numbers" in method
    # hazard ratio, P value, and the median of each arm
    assert headline.count(SIGN) == 4
    assert headline[headline.index("0.75") + 2] == SIGN


@pytest.mark.parametrize(
    ("view", "query"),
    [("survival", "?trial=inovate&where.SEX=F"), ("survival", "?trial=gbsg2"), ("survival", "?trial=inovate&by=SEX")],
)
def test_a_state_that_the_paper_does_not_have_is_not_marked(workspace, view, query):
    headline, method = card(workspace, view, query)
    assert SIGN not in headline
    assert not [text for text in method if "published" in text]


def test_a_median_is_marked_in_the_arm_whose_it_is(workspace):
    """One arm alone has its own number, and no comparison."""
    headline, _ = card(workspace, "survival", "?trial=inovate&arms=soc")
    assert headline.count(SIGN) == 1


def test_the_list_has_the_printed_number_beside_ours_and_leads_back(workspace):
    opened = request.read(workspace, "?trial=inovate")
    shown = texts(published.update(opened, "survival"))
    row = shown.index("0.57–0.99")
    assert [round(float(limit), 2) for limit in shown[row + 1].split("–")] == [0.57, 0.99]
    assert "Fig 4" in shown[row + 2]
    link = published.update(opened, "survival")[-1].children
    assert link.href == "/reproduction?trial=inovate&section=Overall+survival"


def test_every_link_of_the_page_leads_to_a_card_that_is_there(workspace):
    opened = request.read(workspace, "?trial=inovate")
    result, pages = opened.result("reproduction"), cards.pages()
    places = {(row.view, row.query) for row in result.rows} | {(part.view, query) for part, query in result.parts}
    for view, query in places - {("", "")}:
        assert href(pages, view, query).endswith(f"{query}#{ids.place(view)}")
        screen = views.find_screen(pages[view])
        assert view in {v.name for v in screen.views if v.missing(opened.trial) is None}


def test_a_trial_without_a_fact_file_is_not_computed(trials: Path):
    workspace = Workspace(Catalog([trials]))
    assert published.rows(request.read(workspace, "?trial=small"), "survival") == ()
    assert workspace.kept == 0
