"""P values of an exploratory cohort are kept out of the tables of every view as they are kept off its page.

What a subset is to be judged by stays: the interaction of cohort and arm, and that of a factor which no filter has
narrowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

NOTE = "P withheld: an exploratory cohort, made by filters after randomization; reveal=on in the link shows it"


def rows(table: Sequence[dict[str, Any]], withheld: bool) -> list[dict[str, Any]]:
    """The rows of a table without P values, and without the statistics that amount to them, where `withheld`."""
    return [_without(row) for row in table] if withheld else list(table)


def _without(row: dict[str, Any]) -> dict[str, Any]:
    hidden = [name for name in ("statistic", "p_value") if row.get(name) is not None]
    if row.get("quantity") == "interaction_cohort_by_arm":
        hidden = []
    if row.get("within") and row.get("interaction_p") is not None:
        hidden.append("interaction_p")
    return {**row, **dict.fromkeys(hidden), "note": row.get("note") or NOTE} if hidden else row
