"""What protects server and reader on every answer: security headers, the size of requests, how many are answered."""

from __future__ import annotations

from dash import Dash
from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

#: Never counted: the health check, and files that the browser keeps.
_FREE = ("/healthz", "/assets/", "/bootstrap/", "/_dash-component-suites/")


def policy(script_hashes: list[str]) -> str:
    """The Content-Security-Policy: nothing from elsewhere, no eval, only the inline scripts that Dash itself writes.

    Styles may be inline because Plotly writes `style` on what it draws and AG Grid adds its sheets while it runs;
    pictures may be data: and blob: because figures are exported in the browser.
    """
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def headers(app: Dash) -> None:
    """Add the headers; called when every callback is known, because their inline scripts are hashed."""
    fixed = {
        "Content-Security-Policy": policy(app.csp_hashes()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "clipboard-write=(self), fullscreen=(self), camera=(), geolocation=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }

    @app.server.after_request
    def with_headers(response: Response) -> Response:
        response.headers.update(fixed)
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response


def limit(server: Flask, max_request: int, rate_limit: str, counters: str) -> None:
    """Bound the size of a request, and how many an address may make; counted before anything reads a body."""
    server.config["MAX_CONTENT_LENGTH"] = max_request
    if not rate_limit:
        return
    limiter = Limiter(
        get_remote_address,
        app=server,
        application_limits=[rate_limit],
        storage_uri=counters or "memory://",
        # a store that does not answer at all holds no request up either
        storage_options={"socket_timeout": 1, "socket_connect_timeout": 1} if counters else {},
        # a common store that is away must not take the page away
        in_memory_fallback=[rate_limit] if counters else [],
        in_memory_fallback_enabled=bool(counters),
        headers_enabled=True,
    )
    limiter.request_filter(lambda: request.path.startswith(_FREE))

    @server.errorhandler(429)
    def too_many(_: Exception) -> Response:
        sentence = "Too many requests came from this address; please wait a moment and try again.\n"
        return Response(sentence, 429, mimetype="text/plain")
