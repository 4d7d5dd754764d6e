"""The application: `create_app()` wires data, callbacks and server; gunicorn serves `app:server`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dash import Dash
from pydantic import SecretStr

from callbacks import filters, link, log, mount, numbers, protect, shell, sign_in, web
from callbacks.views import SCREENS
from callbacks.workspace import Workspace
from components import shell as frame
from data.catalog import Catalog
from settings import Settings

VERSION = "0.1.0"


def create_app(folders: Sequence[Path] = (), settings: Settings | None = None) -> Dash:
    """An app of its own that shows the built-in trials and those at or below `folders`."""
    chosen = settings or Settings()
    workspace = Workspace(Catalog(folders), chosen.prefix)
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
        external_stylesheets=[workspace.address(sheet) for sheet in web.STYLESHEETS],
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.layout = frame.layout(VERSION)
    log.register(app.server)
    web.register(app)
    link.register(app)
    shell.register(app, workspace)
    filters.register(app, workspace)
    for screen in SCREENS:
        screen.register(app, workspace)
    numbers.register(app.server, workspace)
    mount.register(app.server, chosen.prefix, chosen.proxies)
    protect.register(app, chosen.max_request, chosen.rate_limit, chosen.cache_url)
    # Dash learns which scripts it serves when it first renders its page: done here, every worker knows from the start
    app.server.test_client().get("/")
    app.server.config["WORKSPACE"] = workspace
    _sign_in(app, chosen)
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
