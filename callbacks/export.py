"""Files for a link: `python -m callbacks.export LINK --to FILE` writes what the page lets a reader download.

    python -m callbacks.export 'http://localhost:8050/survival?trial=gbsg2' --to handout.pptx
    python -m callbacks.export '/?trial=inovate&where.SALVAGE=1' --to deck.pptx --views survival,safety
    python -m callbacks.export '/safety?trial=inovate' --to events.csv
    python -m callbacks.export '/safety?trial=inovate' --views hepatic --to hepatic.py
    python -m callbacks.export '/?trial=inovate' --to report.html

A page gives the slide of its view, the overview or `--views` a deck. The ending of the file says what is written:
.pptx a presentation, .html a report, .csv or .json the numbers of a view, .py the script that recomputes them. No
server needs to run: the routes of one are asked directly. Pictures are drawn by browsers alone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

from callbacks import chosen, handout, numbers, report, request, slides
from callbacks.request import Request
from callbacks.views import find_screen, is_page
from callbacks.workspace import Workspace
from data.catalog import Catalog
from settings import Settings

KINDS = (".pptx", ".html", ".csv", ".json", ".py")
#: What the links in the notes start with when the given one names no host.
HOST = "http://localhost:8050"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file; 0, or 1 with the reason on the error stream."""
    parser = argparse.ArgumentParser(prog="python -m callbacks.export", description="Write a file for a link.")
    parser.add_argument("link", help="the address of a page, as the button “Copy link” gives it")
    parser.add_argument("--to", required=True, type=Path, help=f"the file to write: {', '.join(KINDS)}")
    parser.add_argument("--views", default="", help="of these views, in this order: survival,safety")
    parser.add_argument("--trials", action="append", type=Path, default=[], help="a folder of trials; may be repeated")
    asked = parser.parse_args(arguments)
    settings = Settings()
    folders = [*settings.trials, *asked.trials]
    try:
        asked.to.write_bytes(export(asked.link, asked.to.suffix, asked.views, folders, settings.slide_template))
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
    one = views or (screen.view.name if screen is not None else "")
    if kind == ".pptx":
        path = f"/slides/{slides.DECK if views or screen is None else screen.view.name}.pptx"
    elif kind == ".html":
        path = "/report.html"
    elif not one or "," in one:
        raise RefusedError("Numbers and code are of one view: give the address of its page, or name it with --views.")
    else:
        path = f"/{'code' if kind == '.py' else 'numbers'}/{one}{kind}"
    several = kind in (".pptx", ".html") and views
    query = "&".join(part for part in (address.query, f"{chosen.SETTING}={views}" if several else "") if part)
    host = f"{address.scheme}://{address.netloc}" if address.netloc else HOST
    answer = _server(workspace, template).test_client().get(path, query_string=query, base_url=host)
    if answer.status_code != 200:
        raise RefusedError(answer.text.strip())
    return bytes(answer.data)


def _server(workspace: Workspace, template: Path | None) -> Flask:
    server = Flask(__name__)
    numbers.register(server, workspace)
    handout.register(server, workspace)
    report.register(server, workspace)
    slides.register(server, workspace, template)
    return server


def _say(words: object) -> None:
    print(words, file=sys.stderr)  # noqa: T201 - this is a program for a terminal


if __name__ == "__main__":
    sys.exit(main())
