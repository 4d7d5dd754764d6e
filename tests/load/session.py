"""A reader's session as requests: for each link, the callbacks that the page of it asks for, with their bodies.

The bodies are derived from the app's own callback map, so that a view that is added is asked for too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dash import Dash

from components import ids

#: Links that one reader opens one after the other.
LINKS = (
    ("/", ""),
    ("/", "?trial=inovate&where.SEX=F"),
    ("/survival", "?trial=inovate&milestone=12"),
    ("/survival", "?trial=inovate&endpoint=PFS"),
    ("/survival", "?trial=inovate&lower=difference"),
    ("/subgroups", "?trial=inovate"),
    ("/subgroups", "?trial=inovate&measure=difference"),
    ("/safety", "?trial=inovate"),
    ("/safety", "?trial=inovate&grade=severe"),
    ("/transplant", "?trial=inovate"),
    ("/", "?trial=gbsg2"),
    ("/survival", "?trial=gbsg2&where.MENOSTAT=Post"),
)


def bodies(app: Dash, path: str, query: str, screen: str = "desktop") -> Iterator[dict[str, Any]]:
    """What a page at a link asks of the server: a body for each callback that answers on the server."""
    values = {
        (ids.STATE, "data"): {"path": path, "query": query},
        (ids.PAGE, "data"): {"path": path, "trial": "", "page": path},
        (ids.SCREEN, "data"): screen,
        (ids.FILTER_BUTTON, "n_clicks"): 1,
        (ids.SLIDES_CHOSEN, "data"): [["survival", True], ["safety", False]],
    }
    app._setup_server()
    for output, callback in app.callback_map.items():
        if "callback" in callback:
            yield {
                "output": output,
                "outputs": outputs(output),
                "inputs": [dependency(wanted, values) for wanted in callback["inputs"]],
                "changedPropIds": [
                    f"{member(one['id'])}.{one['property']}" for one in callback["inputs"] if not family(one["id"])
                ],
                "state": [dependency(wanted, values) for wanted in callback["state"]],
            }


def outputs(output: str) -> Any:
    """The outputs of a callback as the page names them, without members of the families."""
    if not output.startswith(".."):
        return _output(output)
    return [_output(part) for part in output.strip(".").split("...")]


def _output(text: str) -> Any:
    identity, _, prop = text.rpartition(".")
    if family(identity):
        return []
    return {"id": _plain(identity), "property": prop.split("@")[0]}


def dependency(wanted: Mapping[str, str], values: Mapping[tuple[str, str], Any]) -> Any:
    """An input or a state with its value."""
    identity, prop = wanted["id"], wanted["property"]
    if family(identity):
        return []
    return {"id": _plain(identity), "property": prop, "value": values.get((identity, prop))}


def family(identity: str) -> bool:
    """Whether an id stands for all of its kind."""
    return identity.startswith("{") and any(part == ["ALL"] for part in json.loads(identity).values())


def member(identity: str) -> str:
    """An id that stands for one of its kind, as that of a card that every trial has."""
    return identity.replace('["MATCH"]', '"survival"')


def _plain(identity: str) -> Any:
    one = member(identity)
    return json.loads(one) if one.startswith("{") else one
