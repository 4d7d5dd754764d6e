"""The pages, in the order of the navigation. A view that is a page has one line here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """A path and the title it has in the navigation."""

    path: str
    title: str


PAGES = (
    Page("/", "Overview"),
    Page("/survival", "Survival"),
)


def find_page(path: str) -> Page | None:
    """The page at `path`, with or without a slash at its end."""
    wanted = path.rstrip("/") or "/"
    return next((page for page in PAGES if page.path == wanted), None)
