"""What no identity of the printed numbers can catch differs from the second reading, and is named."""

import pytest
from bench import Bench
from conftest import Warehouse
from test_broken_numbers import move

TABLES = "tables_agree_with_the_second_reading"
FIGURES = "figures_agree_with_the_second_reading"
PARTNERS = "partners_agree_with_the_second_reading"
TECHNOLOGIES = "technologies_agree_with_the_second_reading"
CENSUS = "census_series_agrees_with_the_second_reading"
SOURCES = "sources_agree_with_the_second_reading"
# The seeds that each test holds against the second reading.
SEEDS = {
    TABLES: [*(f"nsf07329_table_{table}" for table in (1, 2, 3, 4)), "technologies", "partners", "regions"],
    FIGURES: ["nsf07329_figure_3", "nsf07329_figure_4"],
    PARTNERS: ["partners", "figure_partner_labels"],
    TECHNOLOGIES: ["technologies", "census_areas"],
    CENSUS: ["census_merchandise_trade"],
    SOURCES: ["sources"],
}
# The second reading that each test has.
READINGS = {
    TABLES: "second_reading_tables",
    FIGURES: "second_reading_figures",
    PARTNERS: "second_reading_partners",
    TECHNOLOGIES: "second_reading_technologies",
    CENSUS: "second_reading_census",
    SOURCES: "second_reading_sources",
}
REPORT = "seeds/nsf07329/nsf07329_"
REFERENCE = "seeds/reference/"


@pytest.fixture(scope="module")
def bench(warehouse: Warehouse) -> Bench:
    return Bench(warehouse)


def swap(seed: str, key: str, one: str, other: str, column: str) -> str:
    """Two rows of a seed with each other's text in a column."""
    return f"""
        update seeds.{seed} as seed set {column} = swapped.{column}
        from (select {key} as swapped_key, {column} from seeds.{seed}) as swapped
        where seed.{key} in ('{one}', '{other}') and swapped_key in ('{one}', '{other}') and swapped_key <> seed.{key}
    """


def differ(place: str, found: str, read: str) -> str:
    return f"{place}: {found}, but the second reading has {read}"


# What is broken; the test that is red; the SQL; the beginnings of all the sentences, or how many there are.
BREAKAGES: dict[str, tuple[str, list[str], list[str] | int]] = {
    "one cell": (
        TABLES,
        ["update seeds.nsf07329_table_3 set y2003 = 18027.8 where country_or_economy = 'Canada'"],
        [differ(f'{REPORT}table_3.csv, exports, row "Canada", 2003', "18027.8", "18027.7")],
    ),
    "one cell of a block": (
        TABLES,
        ["update seeds.nsf07329_table_1 set y2001 = 24.7 where category = 'Nuclear technology' and block = 'Balance'"],
        [differ(f'{REPORT}table_1.csv, balance, row "Nuclear technology", 2001', "24.7", "24.6")],
    ),
    "two neighbours swapped in Tables 2, 3 and 4 alike": (
        TABLES,
        [
            swap(f"nsf07329_table_{table}", "country_or_economy", "Austria", "Belgium", f"y{year}")
            for table in (2, 3, 4)
            for year in range(2000, 2007)
        ],
        2 * 3 * 7,
    ),
    "two years swapped in Tables 2, 3 and 4 alike": (
        TABLES,
        [f"update seeds.nsf07329_table_{table} set y2004 = y2005, y2005 = y2004" for table in (2, 3, 4)],
        3 * 51 * 2,
    ),
    "ten million dollars moved from one country to another of its region in Tables 2 and 3": (
        TABLES,
        move("exports", "Japan", "China", 2003, 10),
        [
            differ(f'{REPORT}table_2.csv, balance, row "China", 2003', "-16932.3", "-16942.3"),
            differ(f'{REPORT}table_2.csv, balance, row "Japan", 2003', "-5450.9", "-5440.9"),
            differ(f'{REPORT}table_3.csv, exports, row "China", 2003', "13441.6", "13431.6"),
            differ(f'{REPORT}table_3.csv, exports, row "Japan", 2003', "16935.1", "16945.1"),
        ],
    ),
    "the order of two partners": (
        TABLES,
        [swap("partners", "partner_id", "NOR", "POL", "report_order")],
        [
            differ(f'{REFERENCE}partners.csv, row "Norway", report_order', "29", "28"),
            differ(f'{REFERENCE}partners.csv, row "Poland", report_order', "28", "29"),
        ],
    ),
    "a share with two digits swapped": (
        FIGURES,
        ["update seeds.nsf07329_figure_3 set share_1_pct = 39.6 where category = 'Nuclear technology'"],
        [differ(f"{REPORT}figure_3.csv, figure_row 10, place 1", "Japan 39.6", "Japan 36.9")],
    ),
    "a figure's partner replaced by one from outside the row": (
        FIGURES,
        ["update seeds.nsf07329_figure_4 set partner_2 = 'France' where category = 'Nuclear technology'"],
        [differ(f"{REPORT}figure_4.csv, figure_row 2, place 2", "France 27.8", "Russia 27.8")],
    ),
    "two row labels of a figure": (
        FIGURES,
        [swap("nsf07329_figure_3", "category", "Nuclear technology", "Optoelectronics", "figure_row")],
        2 + 2 * 3,
    ),
    "two row labels of a figure, all else as it is": (
        FIGURES,
        [
            """
            update seeds.nsf07329_figure_4 set category
                = case category when 'Weapons' then 'Computer software' else 'Weapons' end
            where category in ('Weapons', 'Computer software')
            """
        ],
        [
            differ(f"{REPORT}figure_4.csv, figure_row 1, category", "Weapons", "Computer software"),
            differ(f"{REPORT}figure_4.csv, figure_row 3, category", "Computer software", "Weapons"),
        ],
    ),
    "the labels of two partners": (PARTNERS, [swap("partners", "partner_id", "NOR", "POL", "report_label")], 4 * 2),
    "the codes of Canada and Mexico": (
        PARTNERS,
        [swap("partners", "partner_id", "CAN", "MEX", "schedule_c_code")],
        [
            differ(f'{REFERENCE}partners.csv, row "Canada", schedule_c_code', "2010", "1220"),
            differ(f'{REFERENCE}partners.csv, row "Mexico", schedule_c_code', "1220", "2010"),
        ],
    ),
    "the two-letter codes of Austria and Australia": (
        PARTNERS,
        [swap("partners", "partner_id", "AUT", "AUS", "iso_alpha_2")],
        [
            differ(f'{REFERENCE}partners.csv, row "Australia", iso_alpha_2', "AT", "AU"),
            differ(f'{REFERENCE}partners.csv, row "Austria", iso_alpha_2', "AU", "AT"),
        ],
    ),
    "the ids of Slovakia and Slovenia": (
        PARTNERS,
        [swap("partners", "report_label", "Slovakia", "Slovenia", "partner_id")],
        [
            differ(f'{REFERENCE}partners.csv, row "Slovakia", partner_id', "SVN", "SVK"),
            differ(f'{REFERENCE}partners.csv, row "Slovenia", partner_id', "SVK", "SVN"),
        ],
    ),
    "a partner's name": (
        PARTNERS,
        ["update seeds.partners set partner_name = 'Austria' where partner_id = 'AUS'"],
        [differ(f'{REFERENCE}partners.csv, row "Australia", partner_name', "Austria", "Australia")],
    ),
    "a partner's region": (
        PARTNERS,
        ["update seeds.partners set region_id = 'europe' where partner_id = 'TUR'"],
        [differ(f'{REFERENCE}partners.csv, row "Turkey", label of its region', "Europe, selected", "Other, selected")],
    ),
    "whom a label of a figure means": (
        PARTNERS,
        ["update seeds.figure_partner_labels set partner_id = 'NLD' where figure_label = 'U.K'"],
        [
            differ(f'{REFERENCE}figure_partner_labels.csv, label "U.K", partner GBR', "nothing", "this label"),
            differ(f'{REFERENCE}figure_partner_labels.csv, label "U.K", partner NLD', "this label", "nothing"),
        ],
    ),
    "two area codes": (
        TECHNOLOGIES,
        [swap("technologies", "technology_id", "weapons", "aerospace", "census_area_code")],
        [
            differ(f'{REFERENCE}technologies.csv, row "Aerospace", census_area_code', "09", "08"),
            differ(f'{REFERENCE}technologies.csv, row "Weapons", census_area_code', "08", "09"),
        ],
    ),
    "a code for computer software": (
        TECHNOLOGIES,
        ["update seeds.technologies set census_area_code = '04' where technology_id = 'computer_software'"],
        [differ(f'{REFERENCE}technologies.csv, row "Computer software", census_area_code', "04", "nothing")],
    ),
    "computer software in another area": (
        TECHNOLOGIES,
        ["update seeds.technologies set counted_in_census_area_code = '05' where technology_id = 'computer_software'"],
        [differ(f'{REFERENCE}technologies.csv, row "Computer software", counted_in_census_area_code', "05", "04")],
    ),
    "the name of an area of the Census Bureau": (
        TECHNOLOGIES,
        ["update seeds.census_areas set census_area_name = 'Arms' where census_area_code = '09'"],
        [differ(f'{REFERENCE}census_areas.csv, row "09", census_area_name', "Arms", "Weapons")],
    ),
    "the names of two areas": (
        TECHNOLOGIES,
        [swap("technologies", "technology_id", "optoelectronics", "electronics", "technology_name")],
        [
            differ(
                f'{REFERENCE}technologies.csv, row "Electronics", technology_name', "Optoelectronics", "Electronics"
            ),
            differ(
                f'{REFERENCE}technologies.csv, row "Optoelectronics", technology_name',
                "Electronics",
                "Opto-electronics",
            ),
        ],
    ),
    "two definitions": (
        TECHNOLOGIES,
        [swap("technologies", "technology_id", "weapons", "aerospace", "definition")],
        [
            differ(f'{REFERENCE}technologies.csv, row "{area}", definition, "{term}"', *said)
            for area, said_of_weapons in (("Aerospace", True), ("Weapons", False))
            for term, said in (
                ("flight simulators", ("nothing", "this term") if said_of_weapons else ("this term", "nothing")),
                ("guided missiles", ("this term", "nothing") if said_of_weapons else ("nothing", "this term")),
            )
        ],
    ),
    "a value of the Census series off by 8 percent": (
        CENSUS,
        [
            "update seeds.census_merchandise_trade set goods_imports_usd_millions = goods_imports_usd_millions * 1.08"
            " where data_year = 1992"
        ],
        [
            differ(
                "seeds/census/census_merchandise_trade.csv, vintage 2024-06, year 1992, goods_imports_usd_millions",
                "575274.6",
                "532661.7",
            )
        ],
    ),
    "exports of the Census series for imports": (
        CENSUS,
        [
            "update seeds.census_merchandise_trade set atp_exports_usd_millions = atp_imports_usd_millions,"
            " atp_imports_usd_millions = atp_exports_usd_millions"
        ],
        2 * 35,
    ),
    "a vintage": (
        SOURCES,
        ["update seeds.sources set vintage = '2007-04' where source_id = 'nsf07329'"],
        [
            differ(f"{REFERENCE}sources.csv, row nsf07329, vintage {vintage}, {column}", *said)
            for vintage, of_seed in (("2007-03", False), ("2007-04", True))
            for column, text in (
                ("address", "https://www.nsf.gov/statistics/infbrief/nsf07329/"),
                ("publisher", "National Science Foundation"),
                ("vintage", vintage),
            )
            for said in ([(text, "nothing")] if of_seed else [("nothing", text)])
        ],
    ),
    "an address": (
        SOURCES,
        ["update seeds.sources set address = 'https://www.census.gov/' where source_id = 'census_country'"],
        [
            differ(
                f"{REFERENCE}sources.csv, row census_country, vintage {vintage}, address",
                "https://www.census.gov/",
                "https://www.census.gov/foreign-trade/balance/country.xlsx",
            )
            for vintage in ("2023-01", "2024-06", "2024-12")
        ],
    ),
}


@pytest.mark.parametrize("test", SEEDS)
def test_the_two_readings_agree(bench: Bench, test: str) -> None:
    assert bench.problems(test, [], *SEEDS[test]) == []


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_what_differs_is_named(bench: Bench, breakage: str) -> None:
    test, break_sql, sentences = BREAKAGES[breakage]
    problems = bench.problems(test, break_sql, *SEEDS[test])
    if isinstance(sentences, int):
        assert len(problems) == sentences
    else:
        assert [problem.partition(": look it up in ")[0] for problem in problems] == sentences
    for problem in problems:
        assert problem.endswith(f", and correct this file or seeds/second_reading/{READINGS[test]}.csv")


@pytest.mark.parametrize(
    ("test", "seed", "row"),
    [
        (TABLES, "nsf07329_table_1", "category = 'Weapons' and block = 'Exports'"),
        (TABLES, "nsf07329_table_2", "country_or_economy = 'Peru'"),
        (TABLES, "nsf07329_table_3", "country_or_economy = 'Total'"),
        (TABLES, "nsf07329_table_4", "country_or_economy = 'All other countries'"),
        (FIGURES, "nsf07329_figure_3", "figure_row = 12"),
        (FIGURES, "nsf07329_figure_4", "figure_row = 1"),
        (PARTNERS, "partners", "partner_id = 'PER'"),
        (PARTNERS, "figure_partner_labels", "figure_label = 'Ireland/U.K.1' and partner_id = 'GBR'"),
        (TECHNOLOGIES, "technologies", "technology_id = 'weapons'"),
        (TECHNOLOGIES, "census_areas", "census_area_code = '09'"),
        (CENSUS, "census_merchandise_trade", "data_year = 1999"),
        (SOURCES, "sources", "source_id = 'census_country'"),
    ],
)
def test_a_row_that_is_missing_is_named(bench: Bench, test: str, seed: str, row: str) -> None:
    problems = bench.problems(test, [f"delete from seeds.{seed} where {row}"], seed)
    assert problems
    assert {": nothing, but the second reading has " in problem for problem in problems} == {True}


@pytest.mark.parametrize(
    ("test", "row"),
    [
        (TABLES, "table_number = 1 and row_label = 'Weapons'"),
        (TABLES, "table_number = 4 and row_label = 'Total'"),
        (FIGURES, "figure_number = 3 and line_number = 12"),
        (PARTNERS, "iso_alpha_3 = 'PER'"),
        (PARTNERS, "iso_alpha_3 = 'GBR'"),
        (TECHNOLOGIES, "row_label = 'Weapons'"),
        (CENSUS, "data_year = 1999"),
    ],
)
def test_a_row_that_was_not_read_twice_is_named(bench: Bench, test: str, row: str) -> None:
    problems = bench.problems(test, [f"delete from seeds.{READINGS[test]} where {row}"])
    assert problems
    assert {", but the second reading has nothing: " in problem for problem in problems} == {True}


def test_a_further_vintage_needs_a_second_reading_and_a_further_source_does_not(bench: Bench) -> None:
    for source, problems in (("census_country", 3), ("made_up", 0)):
        added = (
            f"insert into seeds.sources from (select * replace ('{source}' as source_id, '2030-01' as vintage)"
            " from seeds.sources limit 1)"
        )
        assert len(bench.problems(SOURCES, [added], "sources")) == problems
