import numpy as np
import pandas as pd


def stage(variable, levels):
    """Where each patient stands among the levels of a stage; after the last for those with none of them."""
    place = {value: i for i, value in enumerate(levels)}
    return text(patients[variable]).map(lambda v: place.get(v, len(levels))).to_numpy()


def days_of(endpoint, table, days):
    """Days to the event or the end of follow-up of each patient, and whether it was the event."""
    rows = read(table)
    rows = rows[rows["PARAMCD"] == endpoint].set_index("USUBJID").reindex(patients["USUBJID"])
    return number(rows["AVAL"]).to_numpy() * days, number(rows["CNSR"]).to_numpy() == 0


def entries():
    """The day each patient entered each state, infinite for never; a date counts from the day of origin, day 1."""
    columns = [np.zeros(len(patients))]
    for kind, name, table, days in STATES[1:]:
        if kind == "event":
            day, event = days_of(name, table, days)
            columns.append(np.where(event & ~np.isnan(day), day, np.inf))
        else:
            date, origin = (pd.to_datetime(patients[c].str[:10], format="%Y-%m-%d") for c in (name, ORIGIN))
            columns.append(((date - origin).dt.days + 1).fillna(np.inf).to_numpy(float))
    return np.column_stack(columns)


def state_at(month):
    """The state of each patient at a month: the one entered last, the later of the list on one day; none unseen."""
    entered, day = entries(), month * DAYS_PER_MONTH
    latest, state = np.full(len(patients), -np.inf), np.zeros(len(patients), int)
    for place in range(entered.shape[1]):
        enters = (entered[:, place] <= day) & (entered[:, place] >= latest)
        state[enters], latest[enters] = place, entered[enters, place]
    last = len(STATES) - 1
    state[entered[:, last] <= day] = last
    followed = days_of(*STATES[last][1:])[0]
    return np.where(~(followed >= day) & (state < last), len(STATES), state)
