"""`python -m data.synthesis inovate`: make the tables of a synthetic trial anew, byte for byte."""

from __future__ import annotations

import sys
from pathlib import Path

from data.synthesis import inovate

TRIALS = Path(__file__).resolve().parents[1] / "trials"

if __name__ == "__main__":
    if sys.argv[1:] != ["inovate"]:
        sys.exit("usage: python -m data.synthesis inovate")
    inovate.make(TRIALS / "inovate")
