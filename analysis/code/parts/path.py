import numpy as np


def stage(variable, levels):
    """Where each patient stands among the levels of a stage; after the last for those with none of them."""
    place = {value: i for i, value in enumerate(levels)}
    return text(patients[variable]).map(lambda v: place.get(v, len(levels))).to_numpy()


def entries():
    """The day each patient entered each state, infinite for never."""
    return np.column_stack([np.zeros(len(patients)), *(day_of(*state) for state in STATES[1:])])


def state_at(month):
    """The state of each patient at a month: the one entered last, the later of the list on one day; none unseen."""
    entered, day = entries(), month * DAYS_PER_MONTH
    latest, state = np.full(len(patients), -np.inf), np.zeros(len(patients), int)
    for place in range(entered.shape[1]):
        enters = (entered[:, place] <= day) & (entered[:, place] >= latest)
        state[enters], latest[enters] = place, entered[enters, place]
    last = len(STATES) - 1
    state[entered[:, last] <= day] = last
    followed = days_of(*STATES[last])[0]
    return np.where(~(followed >= day) & (state < last), len(STATES), state)
