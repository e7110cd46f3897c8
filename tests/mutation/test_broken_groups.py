"""Memberships and sizes of groups, broken: the check of the seeds says which row and what."""

import pytest
from bench import Bench
from conftest import Warehouse

TEST = "groups_are_well_formed"
SEEDS = ("groups", "group_memberships", "group_sizes", "partners")
MEMBER, SIZE = 'seeds/reference/group_memberships.csv, row "', 'seeds/reference/group_sizes.csv, row "'


@pytest.fixture(scope="module")
def bench(warehouse: Warehouse) -> Bench:
    return Bench(warehouse)


# What is broken; the SQL; the sentences.
BREAKAGES: dict[str, tuple[str, list[str]]] = {
    "a country that is no partner": (
        "update seeds.group_memberships set partner_id = 'USA' where partner_id = 'CAN' and group_id = 'usmca'",
        [f'{MEMBER}usmca, USA": no such country among the partners'],
    ),
    "the residual as a member": (
        "update seeds.group_memberships set partner_id = 'OTHER' where partner_id = 'CAN' and group_id = 'usmca'",
        [f'{MEMBER}usmca, OTHER": no such country among the partners'],
    ),
    "a day on which nothing happened": (
        "update seeds.group_memberships set valid_from = '2004-05-02' where partner_id = 'POL' and group_id = 'eu'",
        [f'{MEMBER}eu, POL": it begins when the size of the group does not change'],
    ),
    "an end on which nothing happened": (
        "update seeds.group_memberships set valid_to = '2020-02-29' where partner_id = 'GBR' and group_id = 'eu'",
        [f'{MEMBER}eu, GBR": it ends when the size of the group does not change'],
    ),
    "an end before the beginning": (
        "update seeds.group_memberships set valid_to = '1972-12-31' where partner_id = 'GBR' and group_id = 'eu'",
        [f'{MEMBER}eu, GBR": it ends before it begins'],
    ),
    "two memberships at a time": (
        "insert into seeds.group_memberships values ('eu', 'GRC', '1995-01-01', null, 'made up')",
        [f'{MEMBER}eu, GRC": it overlaps another membership'],
    ),
    "a group without members": (
        "delete from seeds.group_memberships where group_id = 'usmca'",
        ['seeds/reference/groups.csv, row "usmca": the group has no members, or no size'],
    ),
    "a kind that is none": (
        "update seeds.groups set group_kind = 'club' where group_id = 'oecd'",
        ['seeds/reference/groups.csv, row "oecd": group_kind is not agreement, union or organization'],
    ),
    "fewer members than are named": (
        "update seeds.group_sizes set members_in_all = 9 where group_id = 'euro_area' and valid_from = '1999-01-01'",
        [f'{SIZE}euro_area, 1999-01-01": more members are named than there are in all'],
    ),
    "a gap": (
        "update seeds.group_sizes set valid_to = '2006-12-30' where group_id = 'eu' and valid_from = '2004-05-01'",
        [f'{SIZE}eu, 2004-05-01": the next row does not begin on the day after'],
    ),
    "two sizes at a time": (
        "insert into seeds.group_sizes values ('eu', '2005-06-01', '2005-12-31', 26)",
        [
            f'{SIZE}eu, 2004-05-01": it overlaps another row of the group',
            f'{SIZE}eu, 2005-06-01": the next row does not begin on the day after',
        ],
    ),
    "a reference that is no address": (
        "update seeds.groups set reference = 'javascript:alert(1)' where group_id = 'oecd'",
        ['seeds/reference/groups.csv, row "oecd": its reference is no address (https://...)'],
    ),
}


def test_the_seeds_are_well_formed(bench: Bench) -> None:
    assert bench.problems(TEST, [], *SEEDS) == []


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_what_does_not_fit_is_named(bench: Bench, breakage: str) -> None:
    break_sql, sentences = BREAKAGES[breakage]
    assert sorted({*bench.problems(TEST, [break_sql], *SEEDS)}) == sentences
