"""What a reader takes away: the files, what they say of themselves, how to cite them, what others' programs read."""

import hashlib
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest
import yaml
from conftest import PROJECT, Warehouse
from playwright.sync_api import Page
from views import WITHOUT_PICTURES

from atp_trade import AtpError
from atp_trade.pages.web import charts, downloads, on_the_web, picture
from atp_trade.pages.web.citing import Places
from atp_trade.pages.web.downloads import pictures
from atp_trade.pages.web.exhibit import Exhibit, Figure
from atp_trade.pages.web.site import Report
from atp_trade.warehouse import published

pytest_plugins = ["browsing"]

ADDRESS, REPOSITORY = "https://example.org/trade/", "https://example.org/code/"
DRAWN = (*charts.REPORT, *charts.LATER, *charts.BEYOND)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def placed(warehouse: Warehouse, site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as it is written for a place on the web, with empty pictures."""
    folder = tmp_path_factory.mktemp("placed") / "page"
    places = ("--address", ADDRESS.rstrip("/"), "--repository", REPOSITORY)
    outcome = warehouse.run("python", "-c", WITHOUT_PICTURES, "report", "--to", str(folder), *places)
    assert outcome.returncode == 0, outcome.stdout
    return folder


def names(warehouse: Warehouse, figure: Figure) -> list[str]:
    """The names of a figure's pictures."""
    with published(warehouse.database) as (connection, build):
        report = Report(connection, build)
        return [name for name, _ in pictures(figure, report.found[figure.name])]


@pytest.mark.parametrize("figure", DRAWN, ids=lambda figure: figure.file_name)
def test_every_drawing_is_there_as_svg_and_png_and_the_page_offers_it(
    warehouse: Warehouse, site: Path, open_view: Callable, figure: Figure
) -> None:
    found = names(warehouse, figure)
    with published(warehouse.database) as (connection, build):
        report = Report(connection, build)
        words = {name: report.sentences(figure, some) for name, some in pictures(figure, report.found[figure.name])}
        line = report.source_line(figure)
    links = open_view().page.locator(f"#{figure.anchor} a[download]")
    offered = links.evaluate_all("all => all.map(one => one.getAttribute('href'))")
    for name in found:
        assert {f"data/{name}.svg", f"data/{name}.png"} <= {*offered}
        drawn = (site / "data" / f"{name}.svg").read_text(encoding="utf-8")
        root = ElementTree.fromstring(drawn)
        texts = " ".join(text.text or "" for text in root.findall(f"{SVG}text"))
        assert words[name]["title"] in texts and words[name]["note"] in texts and line in texts
        # It needs no style sheet, and is as wide as its parts.
        assert "var(" not in drawn and "class=" not in drawn.replace('class="chart', "")
        width, height = (float(root.get(side)) for side in ("width", "height"))
        image = (site / "data" / f"{name}.png").read_bytes()
        assert image[:8] == b"\x89PNG\r\n\x1a\n"
        size = struct.unpack(">II", image[16:24])
        assert all(abs(pixels - picture.SCALE * side) <= 2 for pixels, side in zip(size, (width, height), strict=True))


def test_a_picture_has_ink_and_its_chunks_are_whole(site: Path) -> None:
    image = (site / "data" / "figure_1.png").read_bytes()
    place, data = 8, b""
    while place < len(image):
        (length,) = struct.unpack_from(">I", image, place)
        kind, content = image[place + 4 : place + 8], image[place + 8 : place + 8 + length]
        assert struct.unpack_from(">I", image, place + 8 + length)[0] == zlib.crc32(kind + content)
        data += content if kind == b"IDAT" else b""
        place += 12 + length
    assert kind == b"IEND"
    assert len({*zlib.decompress(data)}) > 50
    assert picture.packed(image) == image


def test_a_choice_offers_its_own_picture(look: Callable) -> None:
    page = look(script=False).page
    page.locator("#chart-b .choice label", has_text="Imports").locator("input").check()
    shown = page.locator("#chart-b .foot .variants a:visible").evaluate_all("all => all.map(one => one.pathname)")
    assert [path.rpartition("/")[2] for path in shown] == ["chart_b_imports.svg", "chart_b_imports.png"]


def test_the_zip_has_every_file_and_the_database_is_the_published_one(
    warehouse: Warehouse, site: Path, open_view: Callable
) -> None:
    data = site / "data"
    with zipfile.ZipFile(data / "everything.zip") as everything:
        assert everything.testzip() is None
        packed = {name.removeprefix("atp_trade/"): everything.read(name) for name in everything.namelist()}
    assert packed == {path.name: path.read_bytes() for path in data.iterdir() if path.name != "everything.zip"}
    with duckdb.connect(str(data / "atp_trade.duckdb"), read_only=True) as connection:
        assert connection.sql("select made_from, built_at_utc from meta.build").fetchall() == warehouse.query(
            "select made_from, built_at_utc from meta.build"
        )
    links = open_view(script=False).page.locator("section[aria-labelledby=take-away] a[download]")
    assert links.evaluate_all("all => all.map(one => one.getAttribute('href'))") == [
        "data/everything.zip",
        "data/atp_trade.duckdb",
    ]


def test_a_database_that_is_published_in_the_meantime_stops_the_report(
    warehouse: Warehouse, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.duckdb"
    other.write_bytes(warehouse.database.read_bytes())
    with duckdb.connect(str(other)) as connection:
        connection.execute("update meta.build set made_from = 'something else'")
    monkeypatch.setattr(Report, "exhibits", ())
    with published(warehouse.database) as (connection, build):
        report = Report(connection, build)
        report.exhibits = ()
        with pytest.raises(AtpError, match=r"was published anew while the page was written: run `atp report` again"):
            downloads.write(report, other, tmp_path / "data")


@pytest.mark.parametrize("exhibit", Report.exhibits, ids=lambda exhibit: exhibit.file_name)
def test_the_metadata_describe_every_column(site: Path, exhibit: Exhibit) -> None:
    metadata = json.loads((site / "data" / f"{exhibit.file_name}.json").read_text(encoding="utf-8"))
    undescribed = [column["name"] for column in metadata["columns"] if not column["description"]]
    assert metadata["columns"] and undescribed == []
    # Nothing is described that is not there.
    assert {*exhibit.columns} <= {column["name"] for column in metadata["columns"]}


def json_ld(page: Page) -> dict:
    """What the page says of itself to search engines."""
    return json.loads(page.locator('script[type="application/ld+json"]').text_content())


def meta(page: Page) -> dict[str, str]:
    """The page's Open Graph properties."""
    found = page.locator('meta[property^="og:"]')
    return dict(found.evaluate_all("all => all.map(one => [one.getAttribute('property'), one.content])"))


def test_search_engines_and_previews_learn_what_the_page_is(site: Path, open_view: Callable) -> None:
    page = open_view().page
    about = json_ld(page)
    assert about["@context"] == "https://schema.org" and about["@type"] == "Dataset"
    assert 50 <= len(about["description"]) <= 5000 and about["license"] and about["creator"]
    assert about["temporalCoverage"] == "1989/2024"
    files = [file["contentUrl"] for file in about["distribution"]]
    assert {"data/everything.zip", "data/atp_trade.duckdb", "data/figure_1.csv"} <= {*files}
    assert [file for file in files if not (site / file).is_file()] == []
    said = meta(page)
    assert said["og:title"] == page.locator("h1").inner_text() and said["og:description"]
    # No address is made up.
    assert not {"og:url", "og:image"} & {*said} and page.locator("link[rel=canonical]").count() == 0


def test_a_page_with_an_address_says_it(placed: Path, look: Callable) -> None:
    page = look(folder=placed).page
    about, said = json_ld(page), meta(page)
    assert page.locator("link[rel=canonical]").get_attribute("href") == ADDRESS == said["og:url"] == about["url"]
    assert (placed / said["og:image"].removeprefix(ADDRESS)).is_file()
    assert all(file["contentUrl"].startswith(f"{ADDRESS}data/") for file in about["distribution"])
    assert page.locator(f'footer a[href="{REPOSITORY}"]').count() == 1
    assert page.locator(".citation").first.inner_text().endswith(ADDRESS)
    assert f"url = {{{ADDRESS}}}" in page.locator("pre.citation").inner_text()
    assert Places(None, REPOSITORY).cited == REPOSITORY


@pytest.mark.parametrize(
    "address",
    [
        "example.org",
        "ftp://example.org",
        "javascript:alert(1)",
        "https://",
        'https://a.b/"><script>',
        "https://a b/",
        "https://a.b/index.html",
        "https://a.b:99999/",
        "https://a.b/%zz/",
    ],
)
def test_what_is_no_address_is_one_sentence(warehouse: Warehouse, site: Path, tmp_path: Path, address: str) -> None:
    with pytest.raises(AtpError, match="is not an address of a folder on the web, such as"):
        on_the_web(address)
    if address == "example.org":
        outcome = warehouse.run("atp", "report", "--to", str(tmp_path / "page"), "--address", address)
        assert (outcome.returncode, outcome.stdout.count("\n")) == (1, 1)
        assert not (tmp_path / "page").exists()


def test_it_says_how_to_cite_it_and_which_licences_it_has(warehouse: Warehouse, open_view: Callable) -> None:
    page = open_view(script=False).page
    section = page.locator("section[aria-labelledby=take-away]")
    ((version, commit, year),) = warehouse.query(
        "select atp_version, git_commit[:7], year(built_at_utc) from meta.build"
    )
    text, bibtex = section.locator("p.citation").first.inner_text(), section.locator("pre").inner_text()
    assert f"({year}). ATP Trade Warehouse" in text and f"Version {version}, build {commit}" in text
    fields = dict(re.findall(r"^  (\w+) = \{(.*)\},?$", bibtex, re.MULTILINE))
    assert bibtex.startswith("@misc{") and bibtex.count("{") == bibtex.count("}")
    assert fields["year"] == str(year) and fields["version"].startswith(version) and fields["title"] in text
    licence = section.locator("dt", has_text="Licence").locator("+ dd").inner_text()
    assert "public domain" in licence and "MIT License" in licence
    # In the same words as the repository's own file on it.
    cited = yaml.safe_load((PROJECT / "CITATION.cff").read_text(encoding="utf-8"))
    assert fields["title"] == cited["title"] and fields["author"] == f"{{{cited['authors'][0]['name']}}}"
    report, text = cited["references"][0], section.locator("p.citation").last.inner_text()
    people = " and ".join(f"{one['given-names']} {one['family-names']}" for one in report["authors"])
    assert text.startswith(f"{people} ({report['year']}). {report['title']}. InfoBrief {report['number']}.")
    assert report["url"] in text


def test_the_sources_are_links(warehouse: Warehouse, open_view: Callable) -> None:
    links = open_view(script=False).page.locator("section[aria-labelledby=sources] a")
    offered = links.evaluate_all("all => all.map(one => one.getAttribute('href'))")
    found = warehouse.query("select distinct address from marts.dim_source")
    assert {address for (address,) in found} <= {*offered}


def test_the_same_database_gives_the_same_downloads(warehouse: Warehouse, site: Path, placed: Path) -> None:
    def digests(folder: Path) -> dict[str, str]:
        kinds = (".csv", ".sql", ".duckdb")
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (folder / "data").iterdir()
            if path.suffix in kinds
        }

    assert digests(site) == digests(placed) != {}
