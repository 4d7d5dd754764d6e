"""The texts of a figure, which are written in a subset of HTML, as paragraphs of runs."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from components.slides.paint import Paragraph, Run


def paragraphs(text: str) -> list[Paragraph]:
    """`text` with <br>, <b> and coloured spans as lines of runs; other tags are left out, their words are kept."""
    reader = _Reader()
    reader.feed(str(text))
    reader.close()
    return [tuple(line) or (Run(""),) for line in reader.lines]


def words(paragraph: Paragraph) -> str:
    """A line without its looks."""
    return "".join(run.text for run in paragraph)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[list[Run]] = [[]]
        self._bold = 0
        self._colours: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.lines.append([])
        elif tag in ("b", "strong"):
            self._bold += 1
        elif tag == "span":
            found = re.search(r"(?:^|;)\s*color:\s*([^;]+)", dict(attrs).get("style") or "")
            self._colours.append(found.group(1).strip() if found else None)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("b", "strong"):
            self._bold = max(0, self._bold - 1)
        elif tag == "span" and self._colours:
            self._colours.pop()

    def handle_data(self, data: str) -> None:
        colour = next((c for c in reversed(self._colours) if c), None)
        self.lines[-1].append(Run(data, self._bold > 0, colour))
