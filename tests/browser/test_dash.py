"""Dash's own test harness: two apps in one process do not share anything, and leave the console empty."""

from __future__ import annotations

from dash.testing.composite import DashComposite

from app import create_app


def test_two_apps_in_one_process_each_answer(dash_duo: DashComposite, trials):
    create_app()
    dash_duo.start_server(create_app([trials]))
    dash_duo.wait_for_text_to_equal(".trial-toggle", "INO-VATE", timeout=30)
    dash_duo.wait_for_text_to_equal(".stat .number", "0.75", timeout=30)
    assert dash_duo.get_logs() == []
