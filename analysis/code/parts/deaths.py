def terms_of(rows, chosen):
    """The terms of these patients, the most frequent first, each with all who died with it."""
    terms = text(rows[TERM]).fillna("")
    counts = terms[chosen].value_counts()
    order = sorted((-count, term) for term, count in counts.items())[:MOST_TERMS]
    return [(spoken(term), chosen & (terms == term)) for _, term in order]


numbers = []
for block, rows, after in BLOCKS:
    among = text(rows[after]) == "Y" if after else pd.Series(True, index=rows.index)
    died = text(rows[DIED]) == "Y"
    base = among & died if after else among
    lines = [("Died", died & among, among)]
    for label, flag, by_term in CAUSES:
        of = died & (text(rows[flag]) == "Y") & base
        lines.append((label, of, base))
        if by_term and TERM:
            whole = base & of if after else base
            lines += [(term, who, whole) for term, who in terms_of(rows, of)]
    if not CAUSES and TERM:
        lines += [(term, who, base) for term, who in terms_of(rows, died & base)]
    for label, who, of in lines:
        for arm in ARMS.values():
            mine = rows["arm"] == arm
            n, m = int((mine & who).sum()), int((mine & of).sum())
            numbers.append({"block": block, "row": label, "arm": arm, "n": n, "of": m, **exact(n, m, LEVEL)})
