import numpy as np
import pandas as pd


def days_of(endpoint, table, days):
    """Days to the event or the end of follow-up of each patient, and whether it was the event."""
    rows = read(table)
    rows = rows[rows["PARAMCD"] == endpoint].set_index("USUBJID").reindex(patients["USUBJID"])
    return number(rows["AVAL"]).to_numpy() * days, number(rows["CNSR"]).to_numpy() == 0


def day_of(event, table, days):
    """The day of an event of each patient, infinite for never; a date counts from the day of origin, day 1."""
    if table:
        day, happened = days_of(event, table, days)
        return np.where(happened & ~np.isnan(day), day, np.inf)
    date, origin = (pd.to_datetime(patients[c].str[:10], format="%Y-%m-%d") for c in (event, ORIGIN))
    return ((date - origin).dt.days + 1).fillna(np.inf).to_numpy(float)
