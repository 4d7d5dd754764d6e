"""What a paper prints: the fact file of a trial (`published.csv`), one row a number, and its little languages.

Beside it lie what the paper contradicts itself in (`contradictions.toml`) and what it consists of (`paper.toml`).

A fact says in columns how its number is defined, so that one engine can recompute every one of them:
`where` narrows the patients, `counts` names those counted, `measure` the endpoint, variable or model.

    AGE<55 & RACE=ASIAN         conditions on ADSL variables, all of which hold; an empty value means missing
    OS>=24                      the same for the time of an endpoint, in months
    AE AEDECOD=Sepsis & MAXGR=5 treatment-emergent adverse events; MAXGR is a patient's worst grade among them
    OS ~ AGE<55 + DFRMO         a model: outcome, then covariates that are conditions or numeric variables
"""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

Operator = Literal["<=", ">=", "!=", "<", ">", "="]

_CONDITION = re.compile(r"^\s*(\w+)\s*(<=|>=|!=|<|>|=)\s*(.*?)\s*$")
_NUMBER = re.compile(r"(?<![\d.])[<-]?(?:\d+\.?\d*|\.\d+)")


@dataclass(frozen=True)
class Condition:
    """One condition on a variable; `value` is empty to ask for missing (`=`) or known (`!=`)."""

    variable: str
    operator: Operator
    value: str

    def __str__(self) -> str:
        return f"{self.variable}{self.operator}{self.value}"


@dataclass(frozen=True)
class Model:
    """A regression: the outcome (an endpoint or a condition) and its covariates as written."""

    outcome: str
    covariates: tuple[str, ...]


@dataclass(frozen=True)
class Printed:
    """One number as printed: its value, its decimals, and whether it is an upper limit ("<.0001")."""

    value: float
    decimals: int
    limit: bool

    @property
    def window(self) -> tuple[float, float]:
        """Values from the first to below the second are printed like this number (halves round up)."""
        half = 0.5 * 10**-self.decimals
        return (0.0, self.value) if self.limit else (self.value - half, self.value + half)


@dataclass(frozen=True)
class Fact:
    """One published number with its definition; the columns of `published.csv` in their order."""

    id: str
    section: str
    quantity: str
    population: str
    arm: str
    statistic: str
    measure: str
    where: str
    counts: str
    printed: str
    definition: str
    source: str
    tier: str
    cutoff: str
    note: str

    @property
    def numbers(self) -> tuple[Printed, ...]:
        """The numbers in the printed text, from left to right."""
        return tuple(printed_number(text) for text in _NUMBER.findall(self.printed))


def printed_number(text: str) -> Printed:
    """Read one printed number, keeping how many decimals it carries."""
    digits = text.lstrip("<")
    return Printed(float(digits), len(digits.partition(".")[2]), text.startswith("<"))


def has_facts(folder: Path, file: str = "published.csv") -> bool:
    """Whether the trial in `folder` comes with facts; asked for every card, so only the first line is read."""
    path = folder / file
    if not path.is_file():
        return False
    with path.open(encoding="utf-8", newline="") as lines:
        return next(csv.DictReader(lines), None) is not None


def load_facts(folder: Path, file: str = "published.csv") -> tuple[Fact, ...]:
    """The facts of the trial in `folder`, in the order of the file; none without the file."""
    path = folder / file
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(Fact(**{field.name: row[field.name] for field in fields(Fact)}) for row in csv.DictReader(lines))


def conditions(text: str) -> tuple[Condition, ...]:
    """Read conditions joined by `&`; none in an empty text. Raises ValueError on a text that is no condition."""
    return tuple(condition(part) for part in text.split("&")) if text.strip() else ()


def condition(text: str) -> Condition:
    """Read one condition. Raises ValueError on a text that is none."""
    match = _CONDITION.match(text)
    if match is None:
        raise ValueError(f"“{text}” is not a condition")
    return Condition(match[1], match[2], match[3])  # type: ignore[arg-type]  # the pattern admits only operators


def model(text: str) -> Model:
    """Read `outcome ~ covariate + covariate`."""
    outcome, _, covariates = text.partition("~")
    return Model(outcome.strip(), tuple(part.strip() for part in covariates.split("+")))


@dataclass(frozen=True)
class Contradiction:
    """Where the paper disagrees with itself or another source: what is said, the reading used, the facts it touches."""

    id: str
    says: str
    reading: str
    facts: tuple[str, ...]


def load_contradictions(folder: Path) -> tuple[Contradiction, ...]:
    """The contradictions listed in `contradictions.toml` of the trial in `folder`; none without the file."""
    path = folder / "contradictions.toml"
    if not path.exists():
        return ()
    listed = tomllib.loads(path.read_text(encoding="utf-8"))["contradiction"]
    return tuple(Contradiction(item["id"], item["says"], item["reading"], tuple(item["facts"])) for item in listed)


@dataclass(frozen=True)
class Part:
    """A table, figure or paragraph of the paper: `view` and `query` (without the trial) are where its numbers stand.

    `name` is how the `source` of facts names it, `kind` the heading under which it is listed.
    """

    kind: str
    name: str
    title: str
    view: str
    query: str = ""


def load_parts(folder: Path) -> tuple[Part, ...]:
    """The parts of the paper listed in `paper.toml` of the trial in `folder`; none without the file."""
    path = folder / "paper.toml"
    if not path.exists():
        return ()
    return tuple(Part(**item) for item in tomllib.loads(path.read_text(encoding="utf-8"))["part"])
