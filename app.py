"""The application: `create_app()` wires data, callbacks and server; gunicorn serves `app:server`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dash import Dash

from callbacks import filters, handout, incoming, link, numbers, remembered, report, shell, slide_panel, slides, web
from callbacks.views import SCREENS
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
        external_stylesheets=list(web.STYLESHEETS),
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.layout = frame.layout(VERSION)
    web.register(app)
    incoming.register(app)
    remembered.register(app, workspace)
    link.register(app)
    shell.register(app, workspace)
    filters.register(app, workspace)
    slide_panel.register(app, workspace)
    for screen in SCREENS:
        screen.register(app, workspace)
        for card in screen.below:
            card.register(app, workspace)
    numbers.register(app.server, workspace)
    slides.register(app.server, workspace, chosen.slide_template)
    handout.register(app.server, workspace)
    report.register(app.server, workspace)
    # Dash learns which scripts it serves when it first renders its page: done here, every worker knows from the start
    app.server.test_client().get("/")
    app.server.config["WORKSPACE"] = workspace
    return app


settings = Settings()
app = create_app(settings.trials, settings)
server = app.server

if __name__ == "__main__":
    app.run(port=settings.port)
