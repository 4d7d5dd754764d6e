"""Every setting of the server, read from the environment: one field each, with its description.

It imports nothing of ours. `app.py` and `gunicorn.conf.py` read it and hand the layers plain values.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """What a department may set; the name of a variable is the field's in capitals after `TRIALBOARD_`."""

    model_config = SettingsConfigDict(env_prefix="TRIALBOARD_", frozen=True, extra="ignore")

    trials: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(), description="folders with trials, separated as in `PATH`"
    )
    slide_template: Path | None = Field(
        default=None, description="a `.pptx` whose layouts, fonts and colours the slides take"
    )
    host: str = Field(
        default="0.0.0.0",  # noqa: S104 - the server of a department  # nosec B104
        description="address gunicorn listens on; `HOST` does the same",
        validation_alias=AliasChoices("TRIALBOARD_HOST", "HOST"),
    )
    port: int = Field(
        default=8050,
        ge=1,
        le=65535,
        description="port gunicorn listens on; `PORT` does the same",
        validation_alias=AliasChoices("TRIALBOARD_PORT", "PORT"),
    )
    prefix: str = Field(default="/", description="path below which everything is served, such as `/trials/`")
    proxies: int = Field(
        default=0, ge=0, le=5, description="proxies in front whose `X-Forwarded-*` headers are believed"
    )
    workers: int = Field(default=2, ge=1, le=64, description="processes that answer")
    threads: int = Field(default=4, ge=1, le=64, description="threads of each process")
    timeout: int = Field(default=60, ge=1, description="seconds after which a worker that hangs is replaced")
    minimum_cell: int = Field(
        default=0,
        ge=0,
        le=100,
        description="counts of real patients under it are not shown, such as `5`; `0` shows all",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="what is logged: `info` has a line a request, `warning` only what went wrong"
    )
    users: SecretStr = Field(
        default=SecretStr(""),
        description="who may sign in, `name:hash` separated by spaces; hashes from `python -m callbacks.sign_in`",
    )
    oidc_issuer: str = Field(default="", description="address of the OpenID Connect provider that signs readers in")
    oidc_client_id: str = Field(default="", description="the name the provider knows trialboard by")
    oidc_client_secret: SecretStr = Field(default=SecretStr(""), description="the secret shared with the provider")
    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="signs the cookie of who signed in through OpenID Connect; 32 letters",
    )
    max_request: int = Field(default=1_000_000, ge=1000, description="bytes a request may have; larger ones get 413")
    rate_limit: str = Field(
        default="60000 per minute", description="requests an address may make; more get 429; empty for no limit"
    )
    cache_url: str = Field(
        default="", description="`redis://` address at which several replicas share answers and count requests"
    )

    @field_validator("trials", mode="before")
    @classmethod
    def _folders(cls, value: object) -> object:
        return tuple(part for part in value.split(os.pathsep) if part) if isinstance(value, str) else value

    @field_validator("prefix")
    @classmethod
    def _slashes(cls, value: str) -> str:
        inner = value.strip("/")
        return f"/{inner}/" if inner else "/"

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.oidc_issuer:
            if self.users.get_secret_value():
                raise ValueError("TRIALBOARD_USERS and TRIALBOARD_OIDC_ISSUER exclude each other")
            if not (self.oidc_client_id and self.oidc_client_secret.get_secret_value()):
                raise ValueError("TRIALBOARD_OIDC_ISSUER needs TRIALBOARD_OIDC_CLIENT_ID and _CLIENT_SECRET")
            if len(self.secret_key.get_secret_value()) < 32:
                raise ValueError("TRIALBOARD_OIDC_ISSUER needs a TRIALBOARD_SECRET_KEY of 32 letters or more")
        return self


def variable(field: str) -> str:
    """The environment variable of a field."""
    return f"TRIALBOARD_{field.upper()}"
