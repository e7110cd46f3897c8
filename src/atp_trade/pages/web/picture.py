"""A chart as a picture that stands by itself: with its title, its source, and colours of its own."""

from __future__ import annotations

import re
import struct
import textwrap
import zlib
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import vl_convert

from atp_trade.pages.web.charts.still import still
from atp_trade.pages.web.words import SUBJECT

STYLE = Path(__file__).parent / "style" / "page.css"
WIDTH, MARGIN, SCALE = 880, 24, 2
BELOW_TITLE = 6
# Size of letters, height of a line, how many letters a line has, and weight, by what is written.
LINES = {
    "kicker": (13, 20, 140, "bold"),
    "title": (20, 26, 84, "bold"),
    "subtitle": (14, 22, 124, "normal"),
    "note": (12, 17, 148, "normal"),
    "source": (12, 19, 148, "normal"),
}
SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


@cache
def colours() -> dict[str, str]:
    """The page's colours in light mode, by the name of their variable."""
    light = STYLE.read_text(encoding="utf-8").partition(":root {")[2].partition("}")[0]
    return dict(re.findall(r"(--[\w-]+): (#\w+)", light))


def picture(drawing: Any, title: str, subtitle: str, note: str, source: str) -> str:
    """A figure's drawing for a desk as an SVG file: below its title, above the note and source."""
    drawn = drawing if isinstance(drawing, str) else still(drawing, WIDTH)
    width, height = (float(size) for size in SIZE.search(drawn).groups())
    head, below = written({"kicker": SUBJECT, "title": title, "subtitle": subtitle}, MARGIN - 8)
    place = below + 12
    foot, end = written({"note": note, "source": source}, place + height + 12)
    body = drawn.replace("<svg ", f'<svg x="{MARGIN}" y="{place:g}" ', 1)
    whole = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width + 2 * MARGIN:g} {end + MARGIN:g}" '
        f'width="{width + 2 * MARGIN:g}" height="{end + MARGIN:g}" font-family="Arial, Helvetica, sans-serif">\n'
        f'<rect width="100%" height="100%" fill="var(--paper)"/>\n{head}\n{body}\n{foot}\n</svg>\n'
    )
    return re.sub(r"var\((--[\w-]+)\)", lambda variable: colours()[variable[1]], whole)


def written(texts: dict[str, str], top: float) -> tuple[str, float]:
    """Texts in lines, one below the other, and the height at which they end."""
    lines = []
    for kind, text in texts.items():
        size, height, letters, weight = LINES[kind]
        # A subtitle does not touch its title.
        top += BELOW_TITLE if kind == "subtitle" else 0
        colour = "var(--ink)" if kind == "title" else "var(--muted)"
        for line in textwrap.wrap(text, letters):
            top += height
            lines.append(
                f'<text x="{MARGIN}" y="{top - height + size:g}" font-size="{size}" font-weight="{weight}" '
                f'fill="{colour}">{escape(line)}</text>'
            )
    return "\n".join(lines), top


def png(drawn: str) -> bytes:
    """An SVG file as PNG, sharp enough for a slide."""
    return packed(vl_convert.svg_to_png(drawn, scale=SCALE))


def packed(image: bytes) -> bytes:
    """The same PNG with its data compressed to a third of what comes from the library."""
    signature, chunks, place = image[:8], [], 8
    while place < len(image):
        (length,) = struct.unpack_from(">I", image, place)
        chunks.append((image[place + 4 : place + 8], image[place + 8 : place + 8 + length]))
        place += 12 + length
    data = b"".join(content for kind, content in chunks if kind == b"IDAT")
    header, end = chunks[0], chunks[-1]
    written = [header, (b"IDAT", zlib.compress(zlib.decompress(data))), end]
    return signature + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in written
    )
