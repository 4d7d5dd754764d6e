"""Who may read: HTTP basic for a department or OpenID Connect, before every page, callback and number alike.

`python -m callbacks.sign_in NAME` asks for a password and prints the entry for TRIALBOARD_USERS.
"""

from __future__ import annotations

import getpass
import hmac
import logging
import secrets
import sys
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, Response, redirect, request, session, url_for
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.security import check_password_hash, generate_password_hash

log = logging.getLogger(__name__)

#: Answers without a reader: the health check says nothing about a trial.
_OPEN = "/healthz"
#: Sign-ins remembered per process, so that the slow hash is computed once and not with every click.
_REMEMBERED = 1000
_HOURS = 12


def read_users(words: str) -> dict[str, str]:
    """`name:hash name:hash` as a mapping; a hash may hold colons, a name may not."""
    pairs = [entry.partition(":") for entry in words.split()]
    if any(not (name and stored) for name, _, stored in pairs):
        raise ValueError("TRIALBOARD_USERS is written name:hash, entries separated by spaces")
    return {name: stored for name, _, stored in pairs}


def register_basic(server: Flask, users: Mapping[str, str]) -> None:
    """Ask every request for a name and a password of `users`."""
    key = secrets.token_bytes(32)
    known: set[bytes] = set()
    nobody = generate_password_hash(secrets.token_hex())

    def signed_in() -> bool:
        given = request.authorization
        if given is None or given.type != "basic" or not given.username or given.password is None:
            return False
        mark = hmac.digest(key, f"{given.username}\0{given.password}".encode(), sha256)
        if mark in known:
            return True
        # an unknown name takes as long as a wrong password
        right = check_password_hash(users.get(given.username, nobody), given.password) and given.username in users
        if right and len(known) < _REMEMBERED:
            known.add(mark)
        return right

    @server.before_request
    def only_readers() -> Response | None:
        if request.path == _OPEN or signed_in():
            return None
        asks = {"WWW-Authenticate": 'Basic realm="trialboard", charset="UTF-8"'}
        return Response("Please sign in.\n", 401, asks, mimetype="text/plain")


def register_oidc(server: Flask, issuer: str, client: str, secret: str, key: str, secure: bool) -> None:
    """Send a reader who opens a page to the provider at `issuer`; whatever else comes unsigned is refused."""
    server.config.update(
        SECRET_KEY=key,
        SESSION_COOKIE_NAME="trialboard",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=_HOURS),
    )
    provider: Any = OAuth(server).register(
        "provider",
        client_id=client,
        client_secret=secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256"},
    )

    @server.before_request
    def only_readers() -> Any:
        if request.path == _OPEN or request.endpoint == "signed_in" or "reader" in session:
            return None
        if request.method != "GET" or not request.accept_mimetypes.accept_html or request.path.startswith("/_"):
            return Response("Please sign in: open the page again.\n", 401, mimetype="text/plain")
        session["next"] = request.script_root + request.full_path.rstrip("?")
        try:
            return provider.authorize_redirect(url_for("signed_in", _external=True))
        except RequestException:
            return _away()

    @server.get("/signed-in")
    def signed_in() -> Any:
        try:
            token = provider.authorize_access_token()
        except RequestException:
            return _away()
        except (AuthlibBaseError, JoseError, ValueError) as error:
            log.warning("refused a sign-in: %s", type(error).__name__)
            return Response("The provider did not confirm who you are.\n", 403, mimetype="text/plain")
        goal = session.pop("next", request.script_root + "/")
        session.clear()
        session.permanent = True
        session["reader"] = token["userinfo"]["sub"]
        return redirect(goal)


def _away() -> Response:
    log.error("the provider of sign-in does not answer")
    return Response("The provider that signs you in does not answer; please try again.\n", 503, mimetype="text/plain")


if __name__ == "__main__":
    sys.stdout.write(f"{sys.argv[1]}:{generate_password_hash(getpass.getpass())}\n")
