"""Small cells of real patients are held back: two doors that every view passes, and curves in whole steps."""

from analysis.disclosure.doors import (
    NO_COUNTS,
    least,
    levels,
    refusal,
    rows,
    settled,
    shown,
    stepped,
    written,
)

__all__ = ["NO_COUNTS", "least", "levels", "refusal", "rows", "settled", "shown", "stepped", "written"]
