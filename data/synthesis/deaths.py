"""Causes of death: the published counts by arm, by transplant and by treatment, given to the deaths they suit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analysis.estimate import Bools, Floats, Ints
from data.synthesis.draft import ARMS, Draft
from data.synthesis.pathway import VOD_DEATH_WITHIN

#: Treatment-emergent: up to this many days after the last dose.
EMERGENT_DAYS = 42
DISEASE = "ACUTE LYMPHOBLASTIC LEUKAEMIA"
#: Other causes after transplant that the paper does not name, and those of patients without one.
UNNAMED = {
    "ino": ("SECOND CANCER",),
    "soc": ("CARDIAC DISORDER", "GRAFT-VERSUS-HOST DISEASE", "GRAFT FAILURE", "CARDIAC DISORDER"),
}
WITHOUT_TRANSPLANT = {
    "ino": ("CEREBRAL HAEMORRHAGE", "CARDIAC ARREST", "RESPIRATORY FAILURE"),
    "soc": (
        "RESPIRATORY FAILURE",
        "RESPIRATORY FAILURE",
        "RESPIRATORY FAILURE",
        "CEREBRAL HAEMORRHAGE",
        "CARDIAC DISORDER",
    ),
}
#: Deaths without a transplant during treatment, each with its fatal adverse event: of other causes, of infection.
DURING_TREATMENT = {"ino": (2, 8), "soc": (4, 5)}
OTHER_AFTER = (
    ("infection", "INFECTION"),
    ("resp", "RESPIRATORY FAILURE"),
    ("nonstudytox", "TOXICITY OF OTHER THERAPY"),
    ("cardiac", "CARDIAC DISORDER"),
    ("gvhd", "GRAFT-VERSUS-HOST DISEASE"),
)
#: Fatal toxicities without a transplant: (name in the fact file, value in the data).
FATAL = {
    "ino": (("death_tox_ards_ino", "ACUTE RESPIRATORY DISTRESS"), ("death_tox_pneumonia_ino", "PNEUMONIA")),
    "soc": (("death_tox_mof_soc", "MULTIORGAN FAILURE"), ("death_tox_pulm_infection_soc", "PULMONARY INFECTION")),
}


def last_dose(draft: Draft) -> Floats:
    """Study day of the last dose; NaN for the untreated."""
    day: Floats = draft["DOSEDY"] + draft["TRTDURD"] - 1
    return day


def soon_after_treatment(draft: Draft) -> Bools:
    """Deaths within the treatment-emergent window."""
    return np.asarray((draft["DTHFL"] == "Y") & (draft["OSDY"] <= last_dose(draft) + EMERGENT_DAYS))


def assign_causes(draft: Draft, count: Mapping[str, int], rng: np.random.Generator) -> None:
    """Fill DTHTERM and the flags of its group: disease, toxicity of study treatment, other, unknown."""
    n = len(draft["ARM"])
    draft["DTHTERM"] = np.full(n, "", dtype="<U40")
    dead = draft["DTHFL"] == "Y"
    for name in ("DTHDISFL", "DTHTOXFL", "DTHOTHFL", "DTHUNKFL"):
        draft[name] = np.where(dead, "N", "").astype("<U4")
    relapsed = np.isin(draft["PFSTYPE"], ("RELAPSE", "PROGRESSION", "NEW THERAPY"))
    soon = soon_after_treatment(draft)
    for arm, code in ARMS.items():
        rows = np.flatnonzero(dead & (draft["ARM"] == code))
        after, without = (rows[draft["HSCTFL"][rows] == flag] for flag in "YN")
        _after_transplant(draft, after, arm, count, relapsed, rng)
        treated = without[draft["SAFFL"][without] == "Y"]
        _without(draft, treated, arm, count, soon, relapsed, rng)
        untreated = without[draft["SAFFL"][without] == "N"]
        _give(draft, untreated, DISEASE, "DTHDISFL")


def _give(draft: Draft, rows: Ints, term: str, flag: str) -> None:
    draft["DTHTERM"][rows] = term
    draft[flag][rows] = "Y"


def _after_transplant(
    draft: Draft, rows: Ints, arm: str, count: Mapping[str, int], relapsed: Bools, rng: np.random.Generator
) -> None:
    tox = np.array([], dtype=np.int64)
    if arm == "ino":
        vod = rows[draft["VODGR"][rows] == 5]
        failing = rows[(draft["VODGR"][rows] == 4) & (draft["OSDY"][rows] - draft["HSCTDY"][rows] <= VOD_DEATH_WITHIN)]
        failing = failing[np.argsort(draft["OSDY"][failing] - draft["HSCTDY"][failing])][
            : count["hsct_death_tox_mof_ino"]
        ]
        _give(draft, vod, "VOD/SOS", "DTHTOXFL")
        _give(draft, failing, "MULTIORGAN FAILURE WITH VOD/SOS", "DTHTOXFL")
        tox = np.r_[vod, failing]
    rest = np.setdiff1d(rows, tox)
    rest = rest[np.argsort(~relapsed[rest] + rng.uniform(0, 0.5, len(rest)))]
    disease, other = count[f"hsct_death_disease_{arm}"], count[f"hsct_death_other_{arm}"]
    unknown = count.get(f"hsct_death_unknown_{arm}", 0)
    both = disease + other + unknown - len(rest)
    _give(draft, rest[:disease], DISEASE, "DTHDISFL")
    others = rest[disease - both : disease - both + other]
    named = np.concatenate(
        [np.repeat(label, count.get(f"hsct_death_other_{name}_{arm}", 0)) for name, label in OTHER_AFTER]
    )
    terms = np.concatenate([named, UNNAMED[arm][: other - len(named)]])
    # Those with two causes have relapsed: their second cause is not an infection, which the paper counts apart.
    terms = terms[np.argsort(terms == "INFECTION", kind="stable")]
    order = np.argsort(np.arange(len(others)) >= both, kind="stable")
    _give(draft, others[order], "", "DTHOTHFL")
    draft["DTHTERM"][others[order]] = terms
    _give(draft, rest[len(rest) - unknown :], "UNKNOWN", "DTHUNKFL")


def _without(
    draft: Draft, rows: Ints, arm: str, count: Mapping[str, int], soon: Bools, relapsed: Bools, rng: np.random.Generator
) -> None:
    """Treated patients without a transplant: the sums for all treated less those already given."""
    treated = (draft["ARM"] == ARMS[arm]) & (draft["SAFFL"] == "Y")
    given = (draft["DTHTERM"] == "INFECTION") & (draft["DTHDISFL"] != "Y") & treated
    infections = count[f"death_infection_{arm}"] - int(given.sum())
    disease = count[f"death_all_{arm}"] - int(((draft["DTHDISFL"] == "Y") & treated).sum())
    rest = rng.permutation(rows)
    early = rest[np.argsort(~soon[rest] + 0.4 * relapsed[rest], kind="stable")]
    for name, term in FATAL[arm]:
        _give(draft, early[: count[name]], term, "DTHTOXFL")
        early = early[count[name] :]
    others = len(early) - infections - disease
    terms = np.resize(np.array(WITHOUT_TRANSPLANT[arm]), others)
    now, later = early[soon[early]], early[~soon[early]]
    during_others, during_infections = DURING_TREATMENT[arm]
    failing = np.r_[now[:during_others], later[: others - during_others]]
    _give(draft, failing, "", "DTHOTHFL")
    draft["DTHTERM"][failing] = terms
    now, later = now[during_others:], later[others - during_others :]
    in_remission = later[np.argsort(relapsed[later], kind="stable")]
    infected = np.r_[now[:during_infections], in_remission[: infections - during_infections]]
    _give(draft, infected, "INFECTION", "DTHOTHFL")
    _give(draft, np.setdiff1d(early, np.r_[failing, infected]), DISEASE, "DTHDISFL")
