"""Drawings for any width at one width, with all that the page's style sheet does for them: for pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from atp_trade.pages.web.charts import theme
from atp_trade.pages.web.charts.fluid import ACROSS, MARGINS, NAMES_DOWN, NAMES_LEFT, TO_BASELINE, Element, add

BETWEEN = 32
# What draws a path in a plot: to a place across and down, across, or down.
STEP = re.compile(r"([ML])([\d.]+)[ ,]([\d.]+)|H([\d.]+)")
# Of a table: the height of a row, where its columns begin, and the length of a whole bar.
ROW, COLUMNS, BAR = 38, (237, 257, 471, 685), 190


def still(drawings: Sequence[Element], width: int) -> str:
    """Drawings side by side as one SVG element."""
    whole = add(None, "svg", font_size=12, fill=theme.MUTED)
    own = (width - BETWEEN * (len(drawings) - 1)) / len(drawings)
    heights = [
        (table if one.tag == "table" else drawing)(
            add(whole, "g", transform=f"translate({at * (own + BETWEEN):g},0)"), one, own
        )
        for at, one in enumerate(drawings)
    ]
    whole.set("viewBox", f"0 0 {width} {max(heights)}")
    whole.set("width", str(width))
    whole.set("height", str(max(heights)))
    return ElementTree.tostring(whole, encoding="unicode")


def drawing(whole: Element, drawn: Element, width: float) -> int:
    """A drawing between its margins; its height."""
    left, right = MARGINS[drawn.attrib["class"].split()[-1]]
    space = width - left - right

    def across(place: str) -> str:
        return f"{left + float(place.rstrip('%')) / 100 * space:.2f}"

    for element in drawn:
        if element.get("class") == "plot":
            plot = add(whole, "g", transform=f"translate({left},{element.get('y')})", fill="none")
            for path in element:
                add(plot, "path", **{**path.attrib, "d": scaled(path.attrib["d"], space / ACROSS)})
            continue
        attributes = {name: text for name, text in element.attrib.items() if name != "class"}
        moved = add(whole, element.tag, element.text or "", **attributes)
        moved.extend(element)
        if element.get("class") == "names":
            moved.set("transform", f"translate({left - NAMES_LEFT},{NAMES_DOWN})")
            moved.set("text-anchor", "end")
        elif element.get("class") == "head":
            moved.set("x", "0")
        else:
            moved.set("x", across(element.get("x", "0%")))
            if element.tag == "rect":
                moved.set("width", f"{float(element.attrib['width'].rstrip('%')) / 100 * space:.2f}")
    return int(drawn.attrib["height"])


def scaled(path: str, factor: float) -> str:
    """A path of a plot with its places across in pixels."""

    def step(found: re.Match[str]) -> str:
        command, x, y, to = found.groups()
        return f"{command}{float(x) * factor:.2f},{y}" if command else f"H{float(to) * factor:.2f}"

    return STEP.sub(step, path)


def table(whole: Element, drawn: Element, width: float) -> int:
    """A table whose cells are a name, a share and a bar; its height."""
    top = 0
    for line in drawn.iter("tr"):
        for at, cell in enumerate(line):
            is_named = cell.get("class") == "is-named"
            is_strong = is_named or (at == 0 and line.get("class") == "total")
            add(
                whole,
                "text",
                "".join(cell.itertext()),
                x=COLUMNS[at],
                y=top + 13 + TO_BASELINE,
                text_anchor="end" if at == 0 else "",
                fill=theme.INK if is_named or (at == 0 and top) else theme.MUTED,
                font_weight="bold" if is_strong else "",
                font_size=13,
            )
            for bar in cell.iter("rect"):
                share = float(bar.attrib["width"].rstrip("%")) / 100
                add(
                    whole,
                    "rect",
                    x=COLUMNS[at],
                    y=top + 22,
                    width=f"{share * BAR:.2f}",
                    height=7,
                    fill=bar.attrib["fill"],
                    opacity="" if is_named else 0.4,
                )
        top += ROW
    return top
