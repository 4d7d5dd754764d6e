"""One module a statistic, on plain arrays: each cites its formula and is tested against another’s number."""
