def medians():
    """The median of each arm in the survival that stands below the table, and the time and event of each patient."""
    time, event = times(ENDPOINT, ENDPOINT_TABLE, DAYS_RECORDED, DAYS_SHOWN)
    out = []
    for label in ARMS.values():
        mine = (keep & (patients["arm"] == label)).to_numpy() & ~np.isnan(time)
        if mine.any():
            found = median(curve(time[mine], event[mine], "log-log", ENDPOINT_LEVEL))
            out.append({"block": ENDPOINT_LABEL, "row": "median", "kind": ENDPOINT_UNIT, "arm": label, **found})
    return out, time, event
