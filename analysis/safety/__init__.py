"""The safety view in numbers: how many patients had which adverse event, at what rate, and one event in depth."""

from analysis.safety.event import ArmEvent, EventResult, analyse_event, tidy_event
from analysis.safety.incidence import Row, SafetyArm, SafetyOptions, SafetyResult, analyse, missing, tidy

__all__ = [
    "ArmEvent",
    "EventResult",
    "Row",
    "SafetyArm",
    "SafetyOptions",
    "SafetyResult",
    "analyse",
    "analyse_event",
    "missing",
    "tidy",
    "tidy_event",
]
