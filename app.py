"""The application: `create_app()` wires data, callbacks and server; gunicorn serves `app:server`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dash import Dash
from pydantic import SecretStr

from callbacks import (
    cards,
    filters,
    handout,
    incoming,
    link,
    log,
    mount,
    numbers,
    protect,
    remembered,
    report,
    shell,
    sign_in,
    slide_panel,
    slides,
    web,
)
from callbacks.workspace import Workspace
from components import shell as frame
from data.catalog import Catalog
from data.version import VERSION
from settings import Settings


def create_app(folders: Sequence[Path] = (), settings: Settings | None = None) -> Dash:
    """An app of its own that shows the built-in trials and those at or below `folders`."""
    chosen = settings or Settings()
    workspace = Workspace(Catalog(folders), chosen.minimum_cell)
    app = Dash(
        "trialboard",
        title="trialboard",
        update_title="",
        assets_folder=str(Path(__file__).parent / "assets"),
        suppress_callback_exceptions=True,
        compress=True,
        enable_mcp=False,
        health_endpoint="healthz",
        requests_pathname_prefix=chosen.prefix,
        routes_pathname_prefix="/",
        external_stylesheets=[chosen.prefix.rstrip("/") + sheet for sheet in web.STYLESHEETS],
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.layout = frame.layout(VERSION)
    log.register(app.server)
    mount.register(app.server, chosen.prefix, chosen.proxies)
    web.register(app)
    protect.limit(app.server, chosen.max_request, chosen.rate_limit, chosen.cache_url)
    _sign_in(app, chosen)
    incoming.register(app)
    remembered.register(app, workspace, remembered.common(chosen.cache_url))
    link.register(app)
    shell.register(app, workspace)
    filters.register(app, workspace)
    slide_panel.register(app, workspace)
    cards.register(app, workspace)
    numbers.register(app.server, workspace)
    slides.register(app.server, workspace, chosen.slide_template)
    handout.register(app.server, workspace)
    report.register(app.server, workspace)
    # Dash learns which scripts it serves when it first renders its page: done here, every worker knows from the start
    with app.server.test_request_context("/"):
        app.index()
    protect.headers(app)
    app.server.config["WORKSPACE"] = workspace
    return app


def _sign_in(app: Dash, chosen: Settings) -> None:
    secret = SecretStr.get_secret_value
    if users := sign_in.read_users(secret(chosen.users)):
        sign_in.register_basic(app.server, users)
    if chosen.oidc_issuer:
        sign_in.register_oidc(
            app.server,
            chosen.oidc_issuer,
            chosen.oidc_client_id,
            secret(chosen.oidc_client_secret),
            secret(chosen.secret_key),
            secure=chosen.proxies > 0,
        )


settings = Settings()
app = create_app(settings.trials, settings)
server = app.server

if __name__ == "__main__":
    app.run(port=settings.port)
