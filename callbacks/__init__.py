"""Wiring: which input calls which analysis and fills which component. No arithmetic and no drawing."""
