"""The standard names of ADaM and what they mean to a reader: populations, endpoints, factors, units, decodes.

Labels come from here and not from the labels some formats carry, so that one study reads the same from each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from data.contract import Unit


@dataclass(frozen=True)
class StandardPopulation:
    """An analysis set of the ADaM Implementation Guide, in the order in which sets are offered."""

    flag: str
    id: str
    label: str
    short: str
    treatment: Literal["planned", "actual"] = "planned"


POPULATIONS = (
    StandardPopulation("ITTFL", "itt", "Intention to treat", "ITT"),
    StandardPopulation("RANDFL", "randomized", "Randomized", "Randomized"),
    StandardPopulation("FASFL", "fas", "Full analysis set", "FAS"),
    StandardPopulation("MITTFL", "mitt", "Modified intention to treat", "mITT"),
    StandardPopulation("SAFFL", "safety", "Safety, as treated", "Safety", "actual"),
    StandardPopulation("EFFFL", "efficacy", "Efficacy", "Efficacy"),
    StandardPopulation("PPROTFL", "per-protocol", "Per protocol", "Per protocol"),
    StandardPopulation("COMPLFL", "completers", "Completers", "Completers"),
    StandardPopulation("ENRLFL", "enrolled", "Enrolled", "Enrolled"),
)

#: Values of the planned or actual treatment that say a subject never was in an arm.
NOT_AN_ARM = frozenset(
    {"SCREEN FAILURE", "NOT ASSIGNED", "NOT TREATED", "UNPLANNED TREATMENT", "NOT RANDOMIZED", "NOT RANDOMISED"}
)

#: What marks the arm the others are compared with.
REFERENCE = re.compile(r"\b(placebo|control|standard|soc|no|observation|vehicle|sham|untreated)\b", flags=re.IGNORECASE)

UNITS: Mapping[str, Unit] = {
    "DAY": "days",
    "DAYS": "days",
    "WEEK": "weeks",
    "WEEKS": "weeks",
    "MONTH": "months",
    "MONTHS": "months",
    "YEAR": "years",
    "YEARS": "years",
}

#: Endpoints that come first, in this order; the others follow as in the file.
FIRST_ENDPOINTS = ("OS", "PFS")

#: PARAMCD -> what an event is.
EVENT_WORDS: Mapping[str, str] = {
    "OS": "death",
    "PFS": "progression or death",
    "DFS": "recurrence or death",
    "RFS": "recurrence or death",
    "TTP": "progression",
}

FACTOR_LABELS: Mapping[str, str] = {
    "AGEGR1": "Age group",
    "AGEGR2": "Age group (2)",
    "AGEGR3": "Age group (3)",
    "SEX": "Sex",
    "RACE": "Race",
    "RACEGR1": "Race group",
    "ETHNIC": "Ethnicity",
    "COUNTRY": "Country",
    "REGION1": "Region",
    "REGION2": "Region (2)",
    "SITEGR1": "Site group",
    "BMIBLGR1": "Body mass index",
    "DURDSGR1": "Duration of disease",
    "ECOGBL": "ECOG performance status",
    "KARNOBL": "Karnofsky performance status",
    "STRATA1": "Stratification factor 1",
    "STRATA2": "Stratification factor 2",
    "STRATA3": "Stratification factor 3",
    "STRATA4": "Stratification factor 4",
    "BMRKR1": "Biomarker 1",
    "BMRKR2": "Biomarker 2",
    "GRADE": "Grade",
    "STAGE": "Stage",
}

_RACES = (
    "American Indian or Alaska Native",
    "Asian",
    "Black or African American",
    "Native Hawaiian or Other Pacific Islander",
    "White",
    "Multiple",
    "Other",
    "Unknown",
)
_ETHNICITIES = ("Hispanic or Latino", "Not Hispanic or Latino", "Not Reported", "Unknown")

#: Variable ("FL" for every flag) -> value -> label: the decodes of CDISC controlled terminology.
CODED_LABELS: Mapping[str, Mapping[str, str]] = {
    "SEX": {"F": "Female", "M": "Male", "U": "Unknown", "UNDIFFERENTIATED": "Undifferentiated"},
    "FL": {"Y": "Yes", "N": "No"},
    "RACE": {race.upper(): race for race in _RACES},
    "ETHNIC": {ethnicity.upper(): ethnicity for ethnicity in _ETHNICITIES},
}

#: Words with an order of their own, lowest first.
ORDINAL_WORDS = (
    "NEVER", "NONE", "ABSENT", "NO", "N", "NEG", "NEGATIVE", "NORMAL",
    "VERY LOW", "LOW", "LIGHT", "MILD", "MEDIUM", "MODERATE", "INTERMEDIATE",
    "HIGH", "VERY HIGH", "HEAVY", "SEVERE", "YES", "Y", "POS", "POSITIVE", "PRESENT", "ABNORMAL",
)  # fmt: skip

#: The flag of the patients who responded to treatment.
RESPONSE = "RESPFL"

#: Variables of ADSL that are no baseline factors, with the reason.
NOT_A_FACTOR = re.compile(
    r".*ID|.*NAM|DOMAIN|AGE"  # identifiers, and a number that happens to have few values in a small trial
    r"|.*(DT|DTM|DTC|TM|DTF|TMF)|.*DY"  # dates, imputation flags, days
    r"|(ACT)?ARM(CD)?|TRT.*|TR\d\d.*"  # treatments
    r"|ITTFL|RANDFL|FASFL|MITTFL|SAFFL|EFFFL|PPROTFL|COMPLFL|ENRLFL|.*EVLFL|.*(SI|BEP\d\d)FL"  # analysis sets
    # Known only after randomisation: death, end of study and treatment, disposition, exposure, response.
    r"|DTH.*|LDDTH.*|LST.*|EOS.*|EOT.*|EOP.*|AP\d\d.*|DC[STP]\w*|DCDECOD|DISC.*|DSRA.*|COMP\d*FL"
    r"|CUMDOSE|AVGDD|VISNUMEN|BOR.*|BESTRESP.*|RESP.*|RSP.*"
)


#: What the table of adverse events holds -> the names of its column, the first that is there.
ADVERSE_EVENT_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "term": ("AEDECOD", "AETERM"),
    "organ_class": ("AEBODSYS", "AESOC"),
    "grade": ("ATOXGR", "AETOXGR", "ASEV", "AESEV"),
    "serious": ("AESER",),
    "related": ("AREL", "AEREL"),
    "emergent": ("TRTEMFL",),
    "onset": ("ASTDY", "AESTDY", "ASTDT", "ASTDTM", "AESTDTC"),
    "cycle": ("ACYCLE", "AECYCLE", "CYCLE"),
}

#: Toxicity grade of an adverse event -> its rank.
GRADES: Mapping[str, int] = {f"{word}{grade}": grade for word in ("", "GRADE ") for grade in range(1, 6)}

#: Severity of an adverse event -> its rank.
SEVERITIES: Mapping[str, int] = {"MILD": 1, "MODERATE": 2, "SEVERE": 3}

#: Words of adverse-event terms that stay in capitals when a shouted term is put in sentence case.
ABBREVIATIONS = frozenset(
    {"ALT", "AST", "CMV", "CNS", "CT", "DNA", "EBV", "ECG", "GGT", "HIV", "II", "III", "IV", "MRI", "PR", "QRS", "QT"}
    | {"RNA", "ST", "T", "VI", "VOD", "SOS"}
)


def is_arm(value: Any) -> bool:
    """Whether a value of a treatment variable names an arm (not blank, not "Screen Failure" or the like)."""
    return isinstance(value, str) and value.upper() not in NOT_AN_ARM
