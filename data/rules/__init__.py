"""The checks at the door: every rule the tables and the design must keep, as findings with file, row and column.

`docs/data-contract.md` lists the rules by the names used here.
"""

from data.rules.described import check_described
from data.rules.settings import check_arms, check_endpoints, check_variables
from data.rules.tables import check_keys, check_subjects, check_time_columns, check_times, numbers, remarks

__all__ = [
    "check_arms",
    "check_described",
    "check_endpoints",
    "check_keys",
    "check_subjects",
    "check_time_columns",
    "check_times",
    "check_variables",
    "numbers",
    "remarks",
]
