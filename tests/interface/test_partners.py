"""Partners against the Census Bureau's list of country codes, read apart from the seed (schedule_c.csv beside it).

The list has Schedule C's names and ISO 3166-1 alpha-2 codes; alpha-3 codes were looked up by those in ISO 3166-1.
"""

import csv
from pathlib import Path

from conftest import Warehouse

# Other common names than the list's, and the Bureau's codes for what has none of its own in ISO 3166-1.
OTHER_NAMES = {
    "1000": "United States",
    "4099": "Denmark",
    "4752": "Vatican City",
    "5460": "Myanmar",
    "5082": "Gaza Strip",
    "5083": "West Bank",
    "6820": "Micronesia",
    "7630": "Congo (Brazzaville)",
    "7660": "Congo (Kinshasa)",
    "9110": "U.S. Virgin Islands",
    "9800": "U.S. Minor Outlying Islands",
}
WITHOUT_ISO = {"4803": "XKX", "5082": "PSE_5082", "5083": "PSE_5083"}
# Codes that only the Bureau's goods trade by country has, most of them for what is no more.
ONLY_IN_GOODS_TRADE = {
    **{"2771": "ANT", "4350": "CSK", "4610": "SUN", "4790": "YUG", "4799": "SCG", "4802": "SRB_4802"},
    **{"5080": "ISR_5080", "5160": "NTZ", "7320": "SDN_7320", "7370": "ESH", "7740": "ETH_7740"},
    **{"8220": "UNIDENTIFIED", "8500": "ORGANIZATIONS"},
}


def test_every_code_of_the_bureau_is_that_of_its_country(warehouse: Warehouse) -> None:
    with Path(__file__).with_name("schedule_c.csv").open(newline="", encoding="utf-8") as file:
        listed = [*csv.DictReader(file)]
    expected = {}
    for row in listed:
        code = row["schedule_c_code"]
        # "Burma (Myanmar)" adds to a name in brackets, but "Cocos (Keeling) Islands" does not.
        name = OTHER_NAMES.get(code, row["schedule_c_name"].partition(" (")[0])
        if row["schedule_c_name"].startswith("Cocos"):
            name = row["schedule_c_name"]
        expected[code] = (row["iso_alpha_3"] or WITHOUT_ISO[code], name, row["iso_alpha_2"] or None)
    found = {
        code: rest
        for code, *rest in warehouse.query(
            "select schedule_c_code, partner_id, partner_name, iso_alpha_2 from marts.dim_partner "
            "where partner_id <> 'OTHER'"
        )
    }
    assert {code: partner for code, (partner, *_) in found.items() if code not in expected} == ONLY_IN_GOODS_TRADE
    assert {code: tuple(found[code]) for code in expected} == expected
    names = [name for _, name, _ in found.values()]
    assert len({*names}) == len(names) and all(name.isascii() for name in names)
