"""The scripts of the characteristics of patients: those of the arms, and those of who lived long."""

from __future__ import annotations

from analysis.baseline import CONTRAST, BaselineOptions
from analysis.code.assemble import script
from analysis.code.choice import level_mask
from analysis.code.table import reference_label
from analysis.selection import Selection
from analysis.summary import Summary
from data.contract import Trial


def write(trial: Trial, selection: Selection, options: BaselineOptions, result: Summary) -> str:
    """The script that recomputes `result`."""
    settings = {"REFERENCE": reference_label(result), "CONTRAST": CONTRAST}
    return script(trial, selection, result, ["proportions", "table", "baseline"], settings, traits(trial))


def traits(trial: Trial, later: bool = False) -> list[str]:
    """Each characteristic as lines: its label, that of its number, the number, and who is at each level."""
    declared = {c.variable: c for c in trial.design.characteristics}
    lines = ["TRAITS = ["]
    for factor in trial.design.factors:
        if factor.post_baseline and not later:
            continue
        named = declared.pop(factor.variable, None)
        numeric = factor.cuts or (named and not named.levels)
        number = f"number(patients[{factor.variable!r}])" if numeric else "None"
        lines.append(f"    ({factor.label!r}, {(named or factor).label!r}, {number}, {{")
        lines += [f"        {level.label!r}: {level_mask(factor, [level.value])}," for level in factor.levels]
        lines.append("    }),")
    for named in declared.values():
        column = f"patients[{named.variable!r}]"
        number = "None" if named.levels else f"number({column})"
        lines.append(f"    ({named.label!r}, {named.label!r}, {number}, {{")
        lines += [f"        {level.label!r}: text({column}) == {level.value!r}," for level in named.levels]
        lines.append("    }),")
    return [*lines, "]"]
