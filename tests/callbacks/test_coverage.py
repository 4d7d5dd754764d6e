"""The page of what a trial's data can show names every view, with the reason of each that is missing."""

from pathlib import Path

from analysis.views import VIEWS
from callbacks import coverage, request, shell, views
from callbacks.workspace import Workspace
from components.coverage import PATH
from data.catalog import Catalog


def lines(component):
    """(title, link or None, reason or "") of every line of the page."""
    found = []
    for body in component.children[2].children.children[1:]:
        for row in body.children[1:]:
            name, *needs = row.children[0].children
            link = getattr(name, "href", None)
            found.append((name if link is None else name.children, link, needs[0].children if needs else ""))
    return found


def test_every_view_is_named_with_what_it_needs():
    opened = request.read(Workspace(Catalog(())), "?trial=gbsg2")
    found = lines(coverage.layout(opened))
    assert len(found) == len(VIEWS)
    reasons = [view.missing(opened.trial) or "" for screen in views.SCREENS for view in screen.views]
    assert [reason for _, _, reason in found] == reasons
    assert "Safety needs a table of adverse events (ADAE)." in reasons
    assert all((link is None) == bool(reason) for _, link, reason in found)
    assert ("Survival", "/survival?trial=gbsg2#card-survival", "") in found


def test_a_trial_with_everything_lacks_nothing():
    opened = request.read(Workspace(Catalog(())), "?trial=inovate")
    assert {reason for _, _, reason in lines(coverage.layout(opened))} == {""}


def test_it_is_a_page_of_its_own(trials: Path):
    assert views.is_page(PATH)
    content, _, navigation, _ = shell.update_page(Workspace(Catalog([trials])), PATH, "?trial=small")
    assert "coverage" in str(content)
    assert len(navigation) > 1
