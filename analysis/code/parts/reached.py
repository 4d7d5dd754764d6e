import numpy as np

time, event = times(ENDPOINT, ENDPOINT_TABLE, DAYS_RECORDED, DAYS_SHOWN)
keep &= patients["arm"] == ARM
patients["arm"] = np.where(time >= MILESTONE, *COLUMNS)
ARMS = dict(enumerate(COLUMNS))
