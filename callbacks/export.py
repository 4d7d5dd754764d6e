"""Files for a link: `python -m callbacks.export LINK --to FILE` writes what the page lets a reader download.

    python -m callbacks.export 'http://localhost:8050/survival?trial=gbsg2' --to handout.pptx
    python -m callbacks.export '/?trial=inovate&where.SALVAGE=1' --to deck.pptx --views survival,safety
    python -m callbacks.export '/safety?trial=inovate' --to events.csv
    python -m callbacks.export '/safety?trial=inovate' --to events.py

A page of one view gives its slide, the overview or `--views` a deck. The ending of the file says what is written:
.pptx a presentation, .csv or .json the numbers, .py the script that recomputes them. No server needs to
run: the routes of one are asked directly.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

from callbacks import handout, numbers, request, slides
from callbacks.request import Request
from callbacks.views import find_screen, is_page
from callbacks.workspace import Workspace
from data.catalog import Catalog
from settings import Settings

KINDS = (".pptx", ".csv", ".json", ".py")
#: What the links in the notes start with when the given one names no host.
HOST = "http://localhost:8050"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file; 0, or 1 with the reason on the error stream."""
    parser = argparse.ArgumentParser(prog="python -m callbacks.export", description="Write a file for a link.")
    parser.add_argument("link", help="the address of a page, as the button “Copy link” gives it")
    parser.add_argument("--to", required=True, type=Path, help="the file to write: .pptx, .csv, .json or .py")
    parser.add_argument("--views", default="", help="a deck of these views, in this order: survival,safety")
    parser.add_argument("--trials", action="append", type=Path, default=[], help="a folder of trials; may be repeated")
    chosen = parser.parse_args(arguments)
    settings = Settings()
    folders = [*settings.trials, *chosen.trials]
    try:
        chosen.to.write_bytes(
            export(chosen.link, chosen.to.suffix, chosen.views, folders, template=settings.slide_template)
        )
    except (RefusedError, OSError) as reason:
        _say(reason)
        return 1
    return 0


class RefusedError(Exception):
    """The link cannot be exported as asked: the sentence says why."""


def export(link: str, kind: str, views: str = "", folders: Sequence[Path] = (), template: Path | None = None) -> bytes:
    """The bytes of the file of `kind` (one of `KINDS`) for `link`."""
    address = urlsplit(link)
    workspace = Workspace(Catalog(folders))
    opened = request.read(workspace, address.query)
    screen = find_screen(address.path)
    if kind not in KINDS:
        raise RefusedError(f"A file that ends in “{kind}” cannot be written; choose one of {', '.join(KINDS)}.")
    if not is_page(address.path):
        raise RefusedError(f"There is no page at {address.path}.")
    for notice in opened.notices if isinstance(opened, Request) else ():
        _say(notice)
    if kind == ".pptx":
        path = f"/slides/{slides.DECK if views or screen is None else screen.view.name}.pptx"
    elif screen is None:
        raise RefusedError("Numbers and code are those of one view: give the address of its page, such as /survival.")
    else:
        path = f"/{'code' if kind == '.py' else 'numbers'}/{screen.view.name}{kind}"
    query = "&".join(part for part in (address.query, f"{slides.CHOSEN}={views}" if views else "") if part)
    host = f"{address.scheme}://{address.netloc}" if address.netloc else HOST
    answer = _server(workspace, template).test_client().get(path, query_string=query, base_url=host)
    if answer.status_code != 200:
        raise RefusedError(answer.text.strip())
    return bytes(answer.data)


def _server(workspace: Workspace, template: Path | None) -> Flask:
    server = Flask(__name__)
    numbers.register(server, workspace)
    handout.register(server, workspace)
    slides.register(server, workspace, template)
    return server


def _say(words: object) -> None:
    print(words, file=sys.stderr)  # noqa: T201 - this is a program for a terminal


if __name__ == "__main__":
    sys.exit(main())
