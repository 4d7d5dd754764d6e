"""What comes in from outside is checked before Dash sees it: a callback's body that no page of ours sends is a 400.

Dash itself answers such bodies with 500 and a traceback in the log. Checked are the shape of the body against the
callback it names, and the values of the stores and buttons that the callbacks here read. A value of another property
is passed on; callbacks read it with care.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import orjson
from dash import Dash
from dash._utils import stringify_id
from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from analysis.selection import LONGEST_QUERY
from callbacks.cards import CARDS
from components import ids
from components.theme import Screen

#: Deeper bodies than this are refused before anything walks them; a page of notices has about eight levels.
DEEPEST = 40
#: Longer lists than this stand in no body of ours.
LONGEST = 2000

_STRICT = ConfigDict(extra="forbid", strict=True)


class _Place(BaseModel):
    """The state store: the page and its query. A longer query is shortened to one that counts as too long."""

    model_config = _STRICT
    path: Annotated[str, Field(max_length=2000)]
    query: Annotated[str, Field(max_length=100 * LONGEST_QUERY)]


class _Page(BaseModel):
    """The page store: path and trial decide what is drawn anew."""

    model_config = ConfigDict(extra="allow", strict=True)
    path: Annotated[str, Field(max_length=2000)]


class _Sentence(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)
    children: str


class _Notice(BaseModel):
    """One of the notices on the page, as the browser describes it."""

    model_config = ConfigDict(extra="allow", strict=True)
    props: _Sentence


#: A view on the panel of slides, and whether it is wanted.
_Slide = tuple[
    Annotated[str, Field(strict=True, pattern=f"^({'|'.join(CARDS)})$")], Annotated[bool, Field(strict=True)]
]

#: (id, property) -> what its value may be; a property without an id holds for every component.
SHAPES: Mapping[tuple[str, str], TypeAdapter[Any]] = {
    (ids.STATE, "data"): TypeAdapter(_Place),
    (ids.PAGE, "data"): TypeAdapter(_Page),
    (ids.SCREEN, "data"): TypeAdapter(Screen),
    (ids.SLIDES_CHOSEN, "data"): TypeAdapter(list[_Slide]),
    (ids.NOTICES, "children"): TypeAdapter(list[_Notice] | None),
    ("", "n_clicks"): TypeAdapter(Annotated[int, Field(strict=True, ge=0)] | None),
    ("", "id"): TypeAdapter(dict[str, Annotated[str, Field(strict=True)]] | Annotated[str, Field(strict=True)]),
}


class Refused(ValueError):  # noqa: N818  reads as what it is where it is caught
    """Raised with the sentence that is sent back."""


def register(app: Dash) -> None:
    """Refuse callback bodies that no page of this app sends."""
    address = f"{app.config.routes_pathname_prefix}_dash-update-component"

    @app.server.before_request
    def only_known_callbacks() -> Response | None:
        if request.path != address or request.method != "POST":
            return None
        try:
            checked(_read(request.get_data()), app.callback_map)
        except Refused as reason:
            return Response(f"{reason}\n", 400, mimetype="text/plain")
        return None


def _read(content: bytes) -> Any:
    if request.mimetype != "application/json":
        raise Refused("The body of a callback is JSON.")
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        raise Refused("The body is not JSON.") from None


def checked(body: Any, callbacks: Mapping[str, Mapping[str, Any]]) -> None:
    """Hold a body against the callback it names. Raises Refused."""
    if not isinstance(body, dict):
        raise Refused("The body is not an object.")
    _bounded(body)
    name = body.get("output")
    known = callbacks.get(name) if isinstance(name, str) else None
    if known is None or "callback" not in known:
        raise Refused("There is no such callback.")
    _outputs(body.get("outputs"), str(name))
    for kind, wanted in (("inputs", known["inputs"]), ("state", known["state"])):
        given = body.get(kind, [])
        if not isinstance(given, list) or len(given) != len(wanted):
            raise Refused(f"The callback has {len(wanted)} {kind}.")
        for item, expected in zip(given, wanted, strict=True):
            _dependency(item, expected)
    changed = body.get("changedPropIds", [])
    if not isinstance(changed, list) or not all(isinstance(one, str) for one in changed):
        raise Refused("changedPropIds is a list of texts.")
    if not set(changed) <= set(_named(body.get("inputs", []))):
        raise Refused("changedPropIds names what is no input of the callback.")


def _named(inputs: Sequence[Any]) -> Iterator[str]:
    """The inputs as `changedPropIds` names them."""
    for item in inputs:
        for one in item if isinstance(item, list) else [item]:
            yield f"{stringify_id(one['id'])}.{one['property']}"


def _bounded(body: Any) -> None:
    """Walk without recursion, so that depth itself can do no harm."""
    level = [body]
    for _ in range(DEEPEST):
        following: list[Any] = []
        for value in level:
            inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else ()
            if len(inner) > LONGEST:
                raise Refused("A list in the body is too long.")
            following.extend(one for one in inner if isinstance(one, dict | list))
        if not following:
            return
        level = following
    raise Refused("The body is nested too deeply.")


def _outputs(given: Any, name: str) -> None:
    """The outputs are those of the name, in their order; a family of components may be a list, also an empty one."""
    wanted = [_split(part) for part in name.strip(".").split("...")] if name.startswith("..") else [_split(name)]
    listed = given if name.startswith("..") else [given]
    if not isinstance(listed, list) or len(listed) != len(wanted):
        raise Refused("The outputs are not those of the callback.")
    for item, (identity, prop) in zip(listed, wanted, strict=True):
        family = _family(identity)
        for one in item if family and isinstance(item, list) else [item]:
            # one of several callbacks that write a property names it with a mark of its own behind an @
            same = isinstance(one, dict) and str(one.get("property")).partition("@")[0] == prop
            if not same or not _is(one.get("id"), identity):
                raise Refused("The outputs are not those of the callback.")


def _split(text: str) -> tuple[str, str]:
    identity, _, prop = text.rpartition(".")
    return identity, prop.split("@")[0]


def _dependency(item: Any, expected: Mapping[str, str]) -> None:
    identity, prop = expected["id"], expected["property"]
    members: Sequence[Any] = item if _family(identity) and isinstance(item, list) else [item]
    for one in members:
        if not isinstance(one, dict) or one.get("property") != prop or not _is(one.get("id"), identity):
            raise Refused(f"{prop} of {identity[:60]} is missing.")
        shape = SHAPES.get((identity, prop)) or SHAPES.get(("", prop))
        if shape is None:
            continue
        try:
            shape.validate_python(one.get("value"))
        except ValidationError:
            raise Refused(f"{prop} of {identity[:60]} has a value that no page sends.") from None


def _family(identity: str) -> bool:
    return identity.startswith("{") and any(isinstance(part, list) for part in orjson.loads(identity).values())


def _is(given: Any, identity: str) -> bool:
    """Whether a component's id is the one wanted, or a member of the family wanted."""
    if not identity.startswith("{"):
        return bool(given == identity)
    wanted = orjson.loads(identity)
    return (
        isinstance(given, dict)
        and given.keys() == wanted.keys()
        and all(isinstance(part, list) or given[key] == part for key, part in wanted.items())
        and all(isinstance(part, str | int | float) for part in given.values())
    )
