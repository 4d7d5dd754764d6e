"""From a click on a row of the forest to the last card repainted, in a browser, beside a bare Dash app.

Both apps are served by gunicorn with the project's configuration, on this machine, and draw the same figures: those of
the bare app are made before it serves. Every click chooses a cohort that this server was never asked for before.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
VIEWS = ("survival", "subgroups", "safety", "transplant")
#: How often both servers are started anew, to have fresh cohorts again.
ROUNDS = 2

#: In the page: notes when each figure was last drawn since the mouse was released, and finds the rows of the forest.
WATCH = """
(views) => {
  const graph = (view) => document.querySelector(`[id='{"card":"${view}","part":"figure"}'] .js-plotly-plot`);
  window.released = 0;
  window.drawn = {};
  document.addEventListener("mouseup", () => { window.released = performance.now(); window.drawn = {}; }, true);
  views.forEach((view) => graph(view).on("plotly_afterplot", () => (window.drawn[view] = performance.now())));
  window.last = () => Math.max(...Object.values(window.drawn)) - window.released;
  window.settled = () =>
    views.every((view) => view in window.drawn) && performance.now() - window.released - window.last() > 300;
  window.rows = () => {
    const plot = graph("subgroups"), box = plot.getBoundingClientRect(), rows = {};
    plot._fullData.forEach((trace) => {
      if (!Array.isArray(trace.customdata)) return;
      const across = plot._fullLayout[trace.xaxis.replace("x", "xaxis")];
      const down = plot._fullLayout[trace.yaxis.replace("y", "yaxis")];
      trace.customdata.forEach((words, i) => {
        if (typeof words !== "string" || !words.startsWith("where.")) return;
        rows[words] = [box.left + across._offset + across._length / 2, box.top + down._offset + down.d2p(trace.y[i])];
      });
    });
    return rows;
  };
}
"""


@contextmanager
def served(app: str) -> Iterator[str]:
    """The address at which gunicorn serves `app` with the project's configuration, warm."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = os.pathsep.join((str(ROOT), str(Path(__file__).parent)))
    environment = {**os.environ, "HOST": "127.0.0.1", "PORT": str(port), "PYTHONPATH": path}
    command = [sys.executable, "-m", "gunicorn", "--log-level", "warning", app]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    try:
        while True:
            try:
                urlopen(f"{address}/healthz").close()  # noqa: S310
                break
            except URLError:
                if server.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def open_page(page: Page, address: str) -> None:
    """Open the page and wait until its four figures are drawn."""
    page.goto(address)
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot .main-svg').length >= 4")
    page.wait_for_load_state("networkidle")
    page.evaluate(WATCH, VIEWS)
    page.wait_for_timeout(500)


def click(page: Page, row: str) -> float:
    """Milliseconds from the mouse button's release to the last drawing of a figure."""
    page.bring_to_front()
    x, y = page.evaluate("window.rows()")[row]
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y)
    page.wait_for_timeout(150)
    page.mouse.down()
    page.mouse.up()
    page.wait_for_function("window.settled()", timeout=15_000)
    return float(page.evaluate("window.last()"))


def main() -> None:
    """Click every row in both browsers in turn, so that what else the machine does weighs on both."""
    ours, bare = [], []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for _ in range(ROUNDS):
            with served("app:server") as trialboard, served("bare:server") as other:
                # the watching below is evaluated as text, which our own content security policy forbids
                pages = [chromium.new_page(viewport={"width": 1440, "height": 1300}, bypass_csp=True) for _ in range(2)]
                for page, address in zip(pages, (trialboard, other), strict=True):
                    open_page(page, address)
                for row in pages[0].evaluate("window.rows()"):
                    ours.append(click(pages[0], row))
                    click(pages[0], row)  # which chooses everybody again
                    bare.append(click(pages[1], row))
                for page in pages:
                    page.close()
        chromium.close()
    print(f"\nfrom a click to the last of four cards repainted, {len(ours)} fresh cohorts of INO-VATE")
    print(f"{'trialboard':<16}{median(ours):>10.0f} ms")
    print(f"{'bare Dash':<16}{median(bare):>10.0f} ms{median(ours) / median(bare):>12.2f}x")


if __name__ == "__main__":
    main()
