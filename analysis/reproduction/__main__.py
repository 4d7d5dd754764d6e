"""`python -m analysis.reproduction`: the table of published and recomputed numbers, and the score."""

from __future__ import annotations

import sys

from analysis.estimate import NotEstimable
from analysis.reproduction.compare import analyse
from data.catalog import Catalog

SIGNS = {"equal": "=", "within": "~", "differs": "x", "not_comparable": "-"}


def main(trial_id: str) -> str:
    """The table of a trial as text, one line a number, then the score of each tier. Raises UnknownTrial."""
    result = analyse(Catalog().trial(trial_id))
    if isinstance(result, NotEstimable):
        return result.reason
    lines = [
        f"{SIGNS[row.light]} {row.section:16} {row.quantity[:72]:72} {row.population:7}{row.arm:18} "
        f"{row.published:22} {row.recomputed:24} {row.source}"
        for row in result.rows
    ]
    for score in result.scores:
        lines.append(
            f"{score.tier:12} {score.agree} of {score.n}: {score.equal} equal, {score.within} within, "
            f"{score.differs} differ, {score.not_comparable} not comparable"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1] if len(sys.argv) > 1 else "inovate") + "\n")
