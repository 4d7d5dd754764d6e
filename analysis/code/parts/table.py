def counted(block, row, which, among=True, kind="count"):
    """Of the patients `among` (masks), by arm, how many are `which`; with the exact interval of their share."""
    out = []
    for label in ARMS.values():
        mine = keep & (patients["arm"] == label) & among
        n, of = int((mine & which).sum()), int(mine.sum())
        out.append({"block": block, "row": row, "kind": kind, "arm": label, "n": n, "of": of, **exact(n, of)})
    return out


def spread(block, row, kind, values, among=True):
    """The spread of a number by arm."""
    mine = {label: values[keep & (patients["arm"] == label) & among] for label in ARMS.values()}
    return [{"block": block, "row": row, "kind": kind, "arm": arm, **spread_of(own)} for arm, own in mine.items()]


def spread_of(values):
    """Median and range, mean and standard deviation of the known values."""
    known = values.dropna()
    numbers_ = {"n": len(known), "missing": len(values) - len(known), "estimate": known.median()}
    return numbers_ | {"minimum": known.min(), "maximum": known.max(), "mean": known.mean(), "sd": known.std()}


def flagged(variable):
    return text(patients[variable]) == "Y"


def days_between(first, later):
    start, end = (pd.to_datetime(patients[name], errors="coerce") for name in (first, later))
    return (end - start).dt.days
