"""Numbers: a `Trial` and a `Selection` in, frozen result objects out. No Dash, no Plotly, no HTTP."""
