"""Where the server hangs: below a path prefix, and behind proxies that say what the reader asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def register(server: Flask, prefix: str, proxies: int) -> None:
    """Serve everything below `prefix`, pages, numbers and style sheets alike, and believe `proxies` proxies."""
    if prefix != "/":
        server.wsgi_app = _below(prefix.rstrip("/"), server.wsgi_app)  # type: ignore[method-assign,assignment]
    if proxies:
        count = dict.fromkeys(("x_for", "x_proto", "x_host", "x_port"), proxies)
        server.wsgi_app = ProxyFix(server.wsgi_app, **count, x_prefix=0)  # type: ignore[method-assign]


def _below(prefix: str, application: Wsgi) -> Wsgi:
    """Take the prefix off the path; a proxy may have done so already."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == prefix or path.startswith(f"{prefix}/"):
            environ["PATH_INFO"] = path[len(prefix) :] or "/"
        environ["SCRIPT_NAME"] = prefix
        return application(environ, start_response)

    return serve
