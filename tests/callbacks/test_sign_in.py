"""Signed in or not, for every kind of address; OpenID Connect against a provider of the test's own."""

import base64
import json
import secrets
import threading
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from authlib.jose import JsonWebKey, jwt
from flask import Flask, Response, jsonify, redirect, request
from werkzeug.security import generate_password_hash
from werkzeug.serving import make_server

from app import create_app
from callbacks.sign_in import read_users
from settings import Settings

CLOSED = (
    "/",
    "/survival",
    "/nothing",
    "/numbers/survival.csv",
    "/numbers/survival.json",
    "/slides/survival.pptx",
    "/code/survival.py",
    "/figures/survival.json",
    "/report.html",
    "/assets/link.js",
    "/_dash-layout",
    "/_dash-dependencies",
)
CLIENT = {"oidc_client_id": "trialboard", "oidc_client_secret": "s", "secret_key": "k" * 32}
RIGHT = ("ward", "right password")


def settings(**chosen: object) -> Settings:
    return Settings.model_validate({"rate_limit": "", **chosen})


@pytest.fixture(scope="module")
def department() -> Flask:
    users = f"ward:{generate_password_hash(RIGHT[1])} night:{generate_password_hash('other')}"
    return create_app(settings=settings(users=users)).server


@pytest.mark.parametrize("address", CLOSED)
def test_basic_covers_every_address(department: Flask, address: str) -> None:
    refused = department.test_client().get(address)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Basic")
    assert refused.headers["Content-Security-Policy"]
    assert department.test_client().get(address, auth=RIGHT).status_code != 401


def test_basic_covers_callbacks_before_their_body_is_looked_at(department: Flask) -> None:
    reader = department.test_client()
    assert reader.post("/_dash-update-component", data="nonsense").status_code == 401
    assert reader.post("/_dash-update-component", data="nonsense", auth=RIGHT).status_code == 400


@pytest.mark.parametrize("wrong", [("ward", "other"), ("night", RIGHT[1]), ("nobody", RIGHT[1]), ("ward", "")])
def test_basic_refuses_what_does_not_belong_together(department: Flask, wrong: tuple[str, str]) -> None:
    department.test_client().get("/", auth=RIGHT)
    assert department.test_client().get("/", auth=wrong).status_code == 401


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic !!!", "Bearer x", "Basic " + base64.b64encode(b"ward").decode()]
)
def test_basic_survives_malformed_headers(department: Flask, header: str) -> None:
    assert department.test_client().get("/", headers={"Authorization": header}).status_code == 401


def test_the_health_check_and_the_built_in_trials_need_no_sign_in(department: Flask) -> None:
    assert department.test_client().get("/healthz").status_code == 200
    assert create_app(settings=settings()).server.test_client().get("/").status_code == 200


def test_users_are_read_and_a_torn_entry_stops_the_start() -> None:
    assert read_users("a:scrypt:1$x  b:y") == {"a": "scrypt:1$x", "b": "y"}
    with pytest.raises(ValueError, match="name:hash"):
        read_users("a")


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """An OpenID provider that says yes to everyone; a reader called `forged` gets a token signed by another key."""
    key = JsonWebKey.generate_key("RSA", 2048, {"kid": "one"}, is_private=True)
    other = JsonWebKey.generate_key("RSA", 2048, {"kid": "one"}, is_private=True)
    server, asked = Flask("provider"), {}

    @server.get("/.well-known/openid-configuration")
    def configuration() -> Response:
        root = request.url_root.rstrip("/")
        return jsonify(
            issuer=root,
            authorization_endpoint=f"{root}/authorize",
            token_endpoint=f"{root}/token",
            jwks_uri=f"{root}/keys",
            id_token_signing_alg_values_supported=["RS256"],
        )

    @server.get("/authorize")
    def authorize() -> Response:
        code = secrets.token_hex()
        asked[code] = (request.args["nonce"], request.args.get("reader", "reader"))
        assert request.args["code_challenge_method"] == "S256"
        return redirect(f"{request.args['redirect_uri']}?{urlencode({'code': code, 'state': request.args['state']})}")

    @server.post("/token")
    def token() -> Response:
        nonce, reader = asked.pop(request.form["code"])
        assert request.form["code_verifier"]
        now = int(time.time())
        claims = {"iss": request.url_root.rstrip("/"), "aud": "trialboard", "sub": reader, "nonce": nonce}
        claims |= {"iat": now, "exp": now + 60}
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, other if reader == "forged" else key)
        return jsonify(access_token="a", token_type="Bearer", id_token=signed.decode())  # noqa: S106

    @server.get("/keys")
    def keys() -> Response:
        return jsonify(keys=[json.loads(key.as_json())])

    running = make_server("127.0.0.1", 0, server, threaded=True)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    thread.join(5)


@pytest.fixture(scope="module")
def clinic(provider: str) -> Flask:
    return create_app(settings=settings(oidc_issuer=provider, **CLIENT)).server


def follow(address: str, extra: str = "") -> str:
    """What a browser does at the provider: where it is sent back to."""
    import requests  # noqa: PLC0415 - only here

    answer = requests.get(address + extra, allow_redirects=False, timeout=5)
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


HTML = {"Accept": "text/html"}


def test_oidc_signs_in_and_returns_to_the_page_that_was_asked_for(clinic: Flask) -> None:
    reader = clinic.test_client()
    sent = reader.get("/survival?trial=gbsg2", headers=HTML)
    assert sent.status_code == 302
    back = reader.get(follow(sent.headers["Location"]))
    assert back.headers["Location"] == "/survival?trial=gbsg2"
    cookie = back.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert reader.get("/survival?trial=gbsg2", headers=HTML).status_code == 200
    assert reader.get("/numbers/survival.csv?trial=gbsg2").status_code == 200


@pytest.mark.parametrize("address", CLOSED)
def test_oidc_covers_every_address(clinic: Flask, address: str) -> None:
    assert clinic.test_client().get(address, headers=HTML).status_code in (302, 401)
    assert clinic.test_client().post("/_dash-update-component", json={}).status_code == 401


def test_oidc_refuses_another_key_another_state_and_no_session(clinic: Flask) -> None:
    reader = clinic.test_client()
    sent = reader.get("/", headers=HTML).headers["Location"]
    assert reader.get(follow(sent, "&reader=forged")).status_code == 403
    assert reader.get("/", headers=HTML).status_code == 302
    state = parse_qs(urlsplit(sent).query)["state"][0]
    assert clinic.test_client().get(f"/signed-in?code=x&state={state}").status_code == 403
    assert clinic.test_client().get("/signed-in").status_code == 403
    assert clinic.test_client().get("/signed-in?error=access_denied").status_code == 403


def test_a_forged_cookie_opens_nothing(clinic: Flask) -> None:
    reader = clinic.test_client()
    reader.set_cookie("trialboard", "eyJyZWFkZXIiOiJtZSJ9.aaaaaa.bbbbbbbb")
    assert reader.get("/", headers=HTML).status_code == 302


def test_a_provider_that_is_away_is_a_sentence() -> None:
    away = create_app(settings=settings(oidc_issuer="http://127.0.0.1:9", **CLIENT)).server
    answer = away.test_client().get("/", headers=HTML)
    assert answer.status_code == 503
    assert "does not answer" in answer.get_data(as_text=True)
