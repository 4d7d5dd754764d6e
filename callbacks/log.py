"""The log: one line of JSON for each request and each error, without queries and without values from a trial."""

from __future__ import annotations

import json
import logging
import re
import time
import traceback
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, request

from analysis.views import VIEWS

log = logging.getLogger("trialboard.request")

_CARD = re.compile(r'\\?"card\\?":\\?"(\w+)')


class JsonLines(logging.Formatter):
    """A record as one line of JSON. An exception loses its message, which may quote rows."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["traceback"] = "".join(traceback.format_tb(record.exc_info[2]))
        return json.dumps(line, ensure_ascii=False)


def as_json(level: str) -> dict[str, Any]:
    """The logging configuration of a server: everything as lines of JSON to standard output."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "callbacks.log.JsonLines"}},
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stdout"}},
        "root": {"level": level.upper(), "handlers": ["out"]},
        "loggers": {
            "gunicorn.error": {"level": level.upper(), "handlers": ["out"], "propagate": False},
            # Flask-Limiter says at info which key of its store it counts
            "flask-limiter": {"level": "WARNING"},
        },
    }


def register(server: Flask) -> None:
    """Write a line when a request has been answered."""

    @server.before_request
    def started() -> None:
        g.started = time.perf_counter()

    @server.after_request
    def answered(response: Response) -> Response:
        fields = {
            "method": request.method,
            "path": request.path[:200],
            "status": response.status_code,
            "ms": round(1000 * (time.perf_counter() - g.get("started", time.perf_counter())), 1),
            "bytes": response.content_length,
        }
        if response.status_code == 200 and (views := _views()):
            fields["view"] = views
        log.info("request", extra={"fields": fields})
        return response


def _views() -> str:
    """Which cards a callback fills, of those that exist."""
    if request.path != "/_dash-update-component" or not request.is_json:
        return ""
    body = request.get_json(silent=True)  # read by Dash already, and kept
    output = body.get("output") if isinstance(body, dict) else None
    named = _CARD.findall(output) if isinstance(output, str) else ()
    return ",".join(view for view in dict.fromkeys(named) if view in VIEWS)
