"""Where the server hangs: below a path prefix, and behind proxies that say what the reader asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import orjson
from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

#: Where Dash sends what is drawn.
_DRAWN = ("/_dash-layout", "/_dash-update-component")

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def register(server: Flask, prefix: str, proxies: int) -> None:
    """Serve everything below `prefix`, pages, numbers and style sheets alike, and believe `proxies` proxies."""
    if prefix != "/":
        _link_below(server, prefix.rstrip("/"))
        server.wsgi_app = _below(prefix.rstrip("/"), server.wsgi_app)  # type: ignore[method-assign,assignment]
    if proxies:
        count = dict.fromkeys(("x_for", "x_proto", "x_host", "x_port"), proxies)
        server.wsgi_app = ProxyFix(server.wsgi_app, **count, x_prefix=0)  # type: ignore[method-assign]


def _link_below(server: Flask, prefix: str) -> None:
    """Put the prefix before the links of what is drawn: the views name pages by their path inside the app."""

    @server.after_request
    def links_below(response: Response) -> Response:
        if request.path in _DRAWN and response.mimetype == "application/json" and "remembered" not in g:
            content = orjson.loads(response.get_data())
            _put_before(prefix, content)
            response.set_data(orjson.dumps(content))
        return response


def _put_before(prefix: str, content: Any) -> None:
    if isinstance(content, list):
        for one in content:
            _put_before(prefix, one)
    elif isinstance(content, dict):
        for name, value in content.items():
            if name == "href" and isinstance(value, str) and value.startswith("/"):
                content[name] = prefix + value
            else:
                _put_before(prefix, value)


def _below(prefix: str, application: Wsgi) -> Wsgi:
    """Take the prefix off the path; a proxy may have done so already."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == prefix or path.startswith(f"{prefix}/"):
            environ["PATH_INFO"] = path[len(prefix) :] or "/"
        environ["SCRIPT_NAME"] = prefix
        return application(environ, start_response)

    return serve
