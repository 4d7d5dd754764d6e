"""What is words alone leaves as one component: each of Dash's own weighs on every click for as long as it stands there.

Dash asks each component of the page about each step of a callback, and takes a step more for each that is new: a
page of a thousand cells takes it seconds, and the headlines of four cards were sixty steps of a click. What goes to the
browser is data, tags from a short list with words in them and never markup; `assets/written.js` makes the elements.
What has an id, or is more than words, stays as it is.
"""

from __future__ import annotations

import json
from typing import Any

from dash.development.base_component import Component

#: Tags that are made in the browser, and what they may carry there beside `data-` and `aria-` attributes.
TAGS = frozenset(
    {"A", "Button", "Details", "Div", "I", "Li", "P", "Small", "Span", "Strong", "Summary", "Table", "Tbody", "Td"}
    | {"Th", "Thead", "Tr", "Ul"}
)
CARRIED = frozenset({"className", "colSpan", "download", "href", "scope", "style", "target", "title", "type"})


def written(content: Any) -> Any:
    """`content` with everything that holds words alone as one component."""
    if isinstance(content, list | tuple):
        return [written(part) for part in content]
    children = getattr(content, "children", None)
    if not isinstance(content, Component) or children is None or isinstance(children, str | int | float):
        return content
    nodes = _nodes(children) if type(content).__name__ in TAGS else None
    if nodes is None:
        content.children = written(children)
    else:
        del content.children
        setattr(content, "data-written", json.dumps(nodes, ensure_ascii=False))
    return content


def _nodes(children: Any) -> list[Any] | None:
    """Words as they are and parts as [tag, what it carries, its nodes]; None where there is more than words."""
    nodes = [_node(part) for part in (children if isinstance(children, list | tuple) else [children])]
    return None if None in nodes else nodes


def _node(part: Any) -> Any:
    if isinstance(part, str | int | float):
        return str(part)
    if not isinstance(part, Component) or type(part).__name__ not in TAGS:
        return None
    carried = dict(part.to_plotly_json()["props"])
    children = carried.pop("children", None)
    nodes = [] if children is None else _nodes(children)  # a component without children is false
    plain = all(name in CARRIED or name.startswith(("data-", "aria-")) for name in carried)
    return [type(part).__name__, carried, nodes] if plain and nodes is not None else None
