"""Makes synthetic patients whose published numbers are the paper's: a program for building, not for running.

`python -m data.synthesis inovate` writes the ADaM tables of the trial from its fact file, `published.csv`. The
program runs before anything is deployed and no module of the dashboard imports it; it may therefore use the
estimators of `analysis/`, the one import in `data/` that goes against the usual direction.
"""
