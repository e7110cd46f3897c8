"""What all engines are told of a data folder: the files to read, and the years that are whole."""

import sys
from collections import Counter
from pathlib import Path


def latest(data: Path, pattern: str) -> list[str]:
    """The last file of each place that a pattern names: its newest version."""
    places = sorted(data.glob(pattern))
    return [str(max(place.glob("[!.]*.parquet"))) for place in places]


def trade_files(data: Path) -> list[str]:
    """The files of product trade, one for each flow and month."""
    return latest(data, "census_hs/*/*/*")


def list_files(data: Path) -> list[str]:
    """The lists of products, one for each flow and year."""
    return latest(data, "census_lists/*/*")


def whole_years(data: Path) -> list[tuple[str, int]]:
    """Each flow and year with twelve months: a sum of fewer is no year."""
    counted = Counter(Path(file).parts[-4:-2] for file in trade_files(data))
    return sorted((flow, int(year)) for (flow, year), months in counted.items() if months == 12)


def folders() -> tuple[Path, Path]:
    """The command line: the folder to read, and the one to write to."""
    if len(sys.argv) != 3:
        sys.exit(f"give the folder to read and the one to write to: {Path(sys.argv[0]).name} DATA RESULT")
    return Path(sys.argv[1]), Path(sys.argv[2])
