def on_treatment():
    """The adverse events that have a term and are treatment-emergent."""
    rows = read(EVENTS["table"])
    rows = rows[rows[EVENTS["term"]].notna()]
    return rows[text(rows[EVENTS["emergent"]]).str.upper().isin(["Y", "YES"])] if EVENTS["emergent"] else rows


def had_event(terms):
    """Who had one of these adverse events while on treatment."""
    rows = on_treatment()
    return rows.loc[text(rows[EVENTS["term"]]).isin(terms), "USUBJID"]
