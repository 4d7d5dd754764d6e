"""What the web server adds around the views: local style sheets, honest status codes, errors without a traceback."""

from __future__ import annotations

import logging
from urllib.parse import quote

from dash import Dash
from dash.exceptions import CallbackException, DependencyException
from flask import Response, request
from flask_bootstrap import Bootstrap5
from werkzeug.exceptions import HTTPException

from callbacks.views import is_page
from components.theme import ARM_COLOURS

log = logging.getLogger(__name__)

#: Bootstrap and its icon font, served from the locked package: nothing comes from another host.
STYLESHEETS = (
    "/bootstrap/static/css/bootstrap.min.css",
    "/bootstrap/static/css/font/bootstrap-icons.min.css",
)
#: Two survival curves, in the page itself: an icon with an address would be fetched again on every click.
ICON = quote(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke-width="2">'
    f'<path d="M1 2h4v3h4v3h6" stroke="{ARM_COLOURS[0]}"/>'
    f'<path d="M1 2h2v6h3v4h3v2h6" stroke="{ARM_COLOURS[1]}"/></svg>'
)
#: Dash's own page names no language, has Dash's icon, and calls the place of its scripts a footer.
PAGE = f"""<!DOCTYPE html>
<html lang="en">
    <head>
        {{%metas%}}
        <title>{{%title%}}</title>
        <link rel="icon" href="data:image/svg+xml,{ICON}">
        {{%css%}}
    </head>
    <body>
        {{%app_entry%}}
        {{%config%}}
        {{%scripts%}}
        {{%renderer%}}
    </body>
</html>
"""
#: Dash answers every path that no route claims with the page itself, through this endpoint.
DASH_CATCH_ALL = "/<path:path>"


def register(app: Dash) -> None:
    """Set the page, add style sheets, the status of unknown paths, and the error handlers."""
    app.index_string = PAGE
    server = app.server
    server.config["BOOTSTRAP_SERVE_LOCAL"] = True
    Bootstrap5(server)

    @server.after_request
    def status_of_unknown_paths(response: Response) -> Response:
        """The page says in words that nothing is there; the status says it too."""
        if request.endpoint == DASH_CATCH_ALL and response.status_code == 200 and not is_page(request.path):
            response.status_code = 404
        return response

    @server.errorhandler(Exception)
    def no_traceback(error: Exception) -> Response | HTTPException:
        """HTTP errors pass; anything else is one plain sentence for the reader and a traceback in the log."""
        if isinstance(error, HTTPException):
            return error
        if isinstance(error, DependencyException):
            return Response("There is no such file.\n", 404, mimetype="text/plain")
        if isinstance(error, CallbackException):
            # the page decides how many members of a family of components an answer is for; this was no page of ours
            log.warning("refused a callback: %s", type(error).__name__)
            return Response("The components are not those of a page here.\n", 400, mimetype="text/plain")
        log.exception("request failed: %s", request.path)
        return Response("Something went wrong on the server; the reason is in its log.\n", 500, mimetype="text/plain")
