import numpy as np
import pandas as pd


def date(column):
    """A date of each patient, unknown where ADSL has no such column."""
    dates = patients[column].str[:10] if column in patients else pd.Series(None, index=patients.index, dtype=object)
    return pd.to_datetime(dates, errors="coerce")


def row(group, event, had, among=True):
    """Of the patients `among` (masks), by arm, who `had` it; and the differences to the reference."""
    of, base = {}, {"group": group, "event": event}
    for label in ARMS.values():
        mine = keep & among & (patients["arm"] == label)
        of[label] = int((mine & had).sum()), int(mine.sum())
        events, n = of[label]
        numbers.append({"quantity": "share", **base, "arm": label, "events": events, "n": n, **exact(events, n)})
    for label, counts in of.items():
        if REFERENCE and label != REFERENCE:
            apart = newcombe(*counts, *of[REFERENCE])
            numbers.append({"quantity": "difference", **base, "arm": label, **apart})


numbers = []
if GROUP:
    rows = on_treatment()
    rows = rows[text(rows[GROUP]) == VALUE]
    row("Hepatotoxicity", "Any grade", patients["USUBJID"].isin(rows["USUBJID"]))
    if EVENTS["scale"] == "grade":
        grade = number(text(rows[EVENTS["grade"]]).str.upper().str.removeprefix("GRADE "))
        row("Hepatotoxicity", "Grade ≥3", patients["USUBJID"].isin(rows.loc[grade >= 3, "USUBJID"]))
if VOD:
    vod, onset, transplant = text(patients[VOD]) == "Y", date(VOD_DAY), date(TRANSPLANT[0] if TRANSPLANT else "")
    first, last, after = date(FIRST_DOSE), date(LAST_DOSE), onset > transplant
    transplanted = np.isfinite(day_of(*TRANSPLANT)) if TRANSPLANT else True
    row("VOD/SOS", "Any", vod)
    if VOD_DAY:
        if TRANSPLANT_LABEL:
            row("VOD/SOS", f"After {TRANSPLANT_LABEL}", vod & after, transplanted)
            row("VOD/SOS", f"Without {TRANSPLANT_LABEL}", vod & ~after)
        row("VOD/SOS by onset", "During treatment", vod & (onset <= last))
        row("VOD/SOS by onset", "After the last dose", vod & (onset > last))
    if FATAL:
        fatal = text(patients[FATAL]).isin(FATAL_VALUES)
        row("Fatal VOD/SOS", "Any", fatal)
        if TRANSPLANT_LABEL:
            row("Fatal VOD/SOS", f"After {TRANSPLANT_LABEL}", fatal & transplanted, transplanted)
    one_day = pd.Timedelta(days=1)
    for origin, start, which in (
        ("from the first dose", first - one_day, vod),
        ("from the last dose, without transplant before it", last, vod & ~after),
        ("from transplant", transplant, vod & after),
    ):
        for label in ARMS.values() if VOD_DAY else ():
            days = ((onset - start) / one_day)[keep & which & (patients["arm"] == label)].dropna()
            spread = {"n": len(days), "estimate": days.median(), "low": days.min(), "high": days.max()}
            if len(days):
                numbers.append({"quantity": "onset_days", "group": origin, "event": "VOD/SOS", "arm": label, **spread})
