"""Tables of words alone, as one component each: Dash takes seconds over a page of a thousand cells, the browser none.

What goes to the browser is the table as data, tags from a short list with words in them and never markup;
`assets/written.js` makes the table of it. A table that holds something to press stays as it is.
"""

from __future__ import annotations

import json
from typing import Any

from dash import html
from dash.development.base_component import Component

#: Tags a table of words is made of, and what they may carry, as the browser calls it.
TAGS = frozenset({"Table", "Thead", "Tbody", "Tr", "Td", "Th", "Span", "Small", "Strong"})
CARRIED = ("className", "colSpan", "scope", "title", "style")


def written(content: Any) -> Any:
    """`content` with each of its tables of words alone as one component."""
    if isinstance(content, list | tuple):
        return [written(part) for part in content]
    if not isinstance(content, Component):
        return content
    if isinstance(content, html.Table) and (node := _node(content)) is not None:
        return html.Div(**{"data-table": json.dumps(node, ensure_ascii=False)})
    children = getattr(content, "children", None)
    if children is not None:
        content.children = written(children)
    return content


def _node(part: Any) -> Any:
    """A part of a table as [tag, what it carries, parts]; words as they are; None for what is more than words."""
    if isinstance(part, str | int | float):
        return str(part)
    if not isinstance(part, Component) or type(part).__name__ not in TAGS or getattr(part, "id", None) is not None:
        return None
    children = getattr(part, "children", None)
    inside = [] if children is None else children if isinstance(children, list | tuple) else [children]
    nodes = [_node(child) for child in inside]
    if any(node is None for node in nodes):
        return None
    carried = {name: value for name in CARRIED if (value := getattr(part, name, None))}
    return [type(part).__name__, carried, nodes]
