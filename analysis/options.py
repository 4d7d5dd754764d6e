"""Reading the options of a view from the pairs of a query string: known names only, each checked by its type.

A view declares its options as one frozen pydantic dataclass; the names of its fields are the names in the link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

Pairs = Sequence[tuple[str, str]]
OptionsT = TypeVar("OptionsT")


def option_names(kind: type[Any]) -> frozenset[str]:
    """The names that `kind` reads from a link."""
    return frozenset(field.name for field in fields(kind))


def read_options(kind: type[OptionsT], pairs: Pairs) -> tuple[OptionsT, tuple[str, ...]]:
    """The options in `pairs`, and a sentence for each value that was ignored because its type refuses it.

    A value that does not fit leaves the option at its default; names of other views are left alone.
    """
    names = option_names(kind)
    given: dict[str, str] = {name: value for name, value in pairs if name in names}
    adapter = TypeAdapter(kind)
    notices: list[str] = []
    try:
        options = adapter.validate_python(given)
    except ValidationError as error:
        for name in dict.fromkeys(str(detail["loc"][0]) for detail in error.errors()):
            notices.append(f"“{name}={given.pop(name)[:40]}” is not a value this view knows and was ignored.")
        options = adapter.validate_python(given)
    return options, tuple(notices)


def write_options(options: Any) -> list[tuple[str, str]]:
    """The pairs of a link that restore `options`; values at their default are left out."""
    default = type(options)()
    return [
        (field.name, as_text(getattr(options, field.name)))
        for field in fields(options)
        if getattr(options, field.name) != getattr(default, field.name)
    ]


def as_text(value: Any) -> str:
    """A value as a link writes it: switches as on and off, nothing for None."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
