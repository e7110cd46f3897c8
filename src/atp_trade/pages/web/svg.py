"""A chart as SVG that is part of the page: it follows the page's colours, names itself, and its marks carry data.

Why no chart library is in the page: D57 in DECISIONS.md.
"""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import vl_convert

from atp_trade.pages.web.charts import theme

NAMESPACE = "http://www.w3.org/2000/svg"
# Of Vega-Lite, in which Altair 6 writes.
VERSION = "6.4"
# What Vega writes for its own sake, or for assistive technology that reads our title and table instead.
DROPPED = ("aria-hidden", "aria-roledescription", "role", "style", "pointer-events", "class", "stroke-miterlimit")

# What need not be said, by attribute.
DEFAULTS = {
    "font-family": ("Arial",),
    "font-weight": ("normal",),
    "opacity": ("1",),
    "text-anchor": ("start",),
    "stroke-dasharray": ("1,0",),
}
# Said once for a group, if all in it say the same.
INHERITED = (
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "font-size",
    "font-weight",
    "text-anchor",
    "opacity",
)
AT = re.compile(r"translate\((-?[\d.]+),(-?[\d.]+)\)")
# Coordinates with more digits than a screen shows.
LONG_NUMBER = re.compile(r"\d+\.\d{3,}")
# A disc, as Vega draws it: two half circles.
DISC = re.compile(r"M([\d.]+),0A\1,\1,0,1,1,-\1,0A\1,\1,0,1,1,\1,0")

ElementTree.register_namespace("", NAMESPACE)


def svg(chart: Any, name: str, heading: str, description: str, of: str) -> str:
    """The chart as an SVG element, named by the page's element of the id `heading`.

    `name` makes its own ids unique on the page, `of` is its layout. It has no title element: browsers would show it as
    a tooltip over those of the marks.
    """
    drawn = vl_convert.vegalite_to_svg(specification(chart), vl_version=VERSION)
    root = ElementTree.fromstring(drawn)
    for element in root.iter():
        marked(element)
    tidy(root)
    _, _, width, height = root.attrib["viewBox"].split()
    root.attrib.clear()
    root.attrib.update(
        {
            "viewBox": f"0 0 {width} {height}",
            "width": width,
            "height": height,
            "role": "img",
            "aria-labelledby": heading,
            "aria-describedby": name,
            "class": f"chart {of}",
        }
    )
    child = ElementTree.Element(f"{{{NAMESPACE}}}desc", {"id": name})
    child.text = description
    root.insert(0, child)
    return ElementTree.tostring(root, encoding="unicode")


def specification(chart: Any, *, validate: bool = False) -> dict[str, Any]:
    """The chart's Vega-Lite specification, in the page's look.

    Only the tests validate it, with SchemaValidationError if it is none: that takes longer than all the rest.
    """
    return chart.configure(**theme.CONFIG).to_dict(validate=validate)


def marked(element: ElementTree.Element) -> None:
    """Move what a mark carries, which Vega writes as its label, to data attributes."""
    for attribute, text in element.attrib.items():
        if attribute != "aria-label":
            element.attrib[attribute] = LONG_NUMBER.sub(rounded, text)
    label = element.attrib.pop("aria-label", "")
    if label.startswith("{"):
        carried = json.loads(label)
        element.attrib.update({f"data-{key}": text for key, text in carried.items() if text})
    for attribute in DROPPED:
        element.attrib.pop(attribute, None)
    if element.attrib.get("transform") == "translate(0,0)":
        del element.attrib["transform"]
    for attribute, default in DEFAULTS.items():
        if element.attrib.get(attribute) in default:
            del element.attrib[attribute]
    if "stroke" not in element.attrib:
        element.attrib.pop("stroke-width", None)
    disc = DISC.fullmatch(element.attrib.get("d", ""))
    if disc:
        element.tag = f"{{{NAMESPACE}}}circle"
        element.attrib["r"] = element.attrib.pop("d").split(",")[0][1:]
    at = AT.fullmatch(element.attrib.get("transform", ""))
    if at and (disc or element.tag == f"{{{NAMESPACE}}}text"):
        del element.attrib["transform"]
        element.attrib.update(zip(("cx", "cy") if disc else ("x", "y"), at.groups(), strict=True))


def rounded(number: re.Match[str]) -> str:
    """A coordinate with two decimals."""
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def hoist(group: ElementTree.Element) -> None:
    """Move what all members of a group say to the group, where it is said once."""
    if group.tag != f"{{{NAMESPACE}}}g" or len(group) < 2:
        return
    for attribute in INHERITED:
        said = {member.attrib.get(attribute) for member in group}
        if len(said) == 1 and None not in said:
            group.attrib[attribute] = said.pop()
            for member in group:
                del member.attrib[attribute]


def tidy(parent: ElementTree.Element) -> None:
    """Take out what draws nothing: invisible backgrounds, empty groups, groups that say nothing."""
    for child in list(parent):
        tidy(child)
    hoist(parent)
    for child in list(parent):
        tag = child.tag.removeprefix(f"{{{NAMESPACE}}}")
        draws = child.attrib.get("fill", "none") not in ("none", "transparent") or "stroke" in child.attrib
        if (tag == "path" and not draws and not child.attrib.get("data-value")) or (tag == "g" and not len(child)):
            parent.remove(child)
        elif tag == "g" and not child.attrib:
            index = list(parent).index(child)
            parent.remove(child)
            for offset, grandchild in enumerate(child):
                parent.insert(index + offset, grandchild)
