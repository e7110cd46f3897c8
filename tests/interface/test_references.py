"""What the reference seeds say that no number can contradict: a slip in a word would pass every other test."""

from conftest import Warehouse


def test_a_group_has_the_name_that_it_is_known_by(warehouse: Warehouse) -> None:
    assert dict(warehouse.query("select group_id, group_name from marts.dim_group")) == {
        "asean": "Association of Southeast Asian Nations",
        "eu": "European Union",
        "euro_area": "Euro area",
        "nafta": "North American Free Trade Agreement",
        "oecd": "Organisation for Economic Co-operation and Development",
        "usmca": "United States-Mexico-Canada Agreement",
    }


def test_every_source_is_counted_and_valued_in_one_way(warehouse: Warehouse) -> None:
    """Sums, shares and differences between sources presume it; the report does not state it."""
    for basis, flows, valuation, adjustment in warehouse.query(
        "select basis, flow_definition, valuation, seasonal_adjustment from marts.dim_source"
    ):
        assert "Census basis" in basis
        assert "domestic and re-exports" in flows
        assert "general imports" in flows
        assert "f.a.s." in valuation
        assert "customs value" in valuation
        assert adjustment == "Not seasonally adjusted"


def test_what_a_source_does_not_state_is_not_told_as_a_fact(warehouse: Warehouse) -> None:
    ((basis, flows, valuation),) = warehouse.query(
        "select basis, flow_definition, valuation from marts.dim_source where source_id = 'nsf07329'"
    )
    assert all("Not stated in the report" in said for said in (basis, flows, valuation))
