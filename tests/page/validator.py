"""html-validate, with the rules of the HTML standard. It needs Node.js 20 or newer."""

import json
import subprocess
from pathlib import Path

from npm import skip_without_node, with_packages

NODE = Path(__file__).parent / "node"


def findings(page: Path) -> list[str]:
    """What is no HTML in a file: the place, the rule, and its sentence."""
    skip_without_node()
    outcome = subprocess.run(
        ["node", with_packages(NODE) / "check.mjs", page], text=True, capture_output=True, check=False
    )
    assert outcome.returncode == 0, outcome.stderr
    return [
        f"{found['line']}:{found['column']} {found['ruleId']}: {found['message']} ({found['selector']})"
        for found in json.loads(outcome.stdout)
    ]
