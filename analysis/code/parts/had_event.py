def had_event(terms):
    """Who had one of these adverse events while on treatment."""
    rows = read(EVENTS["table"])
    on_treatment = text(rows[EVENTS["emergent"]]).str.upper().isin(["Y", "YES"]) if EVENTS["emergent"] else True
    return rows.loc[text(rows[EVENTS["term"]]).isin(terms) & on_treatment, "USUBJID"]
