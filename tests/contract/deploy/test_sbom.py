"""`make sbom` names every package of the image's lock, with version and hashes."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TOOL = Path(sys.prefix) / "tools" / "bin" / "cyclonedx-py"


@pytest.mark.skipif(not TOOL.exists(), reason="requirements/tools.txt isn't installed")
def test_the_bill_of_materials_is_the_lock(tmp_path: Path) -> None:
    lock = ROOT / "requirements/runtime.txt"
    out = tmp_path / "sbom.cdx.json"
    subprocess.run(
        [TOOL, "requirements", lock, "--pyproject", ROOT / "pyproject.toml", "-o", out],
        check=True,
        capture_output=True,
    )
    bill = json.loads(out.read_text())
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["name"] == "mitmach"
    listed = {(one["name"], one["version"]) for one in bill["components"]}
    assert listed == set(re.findall(r"^([\w.-]+)==([\w.]+)", lock.read_text(), re.MULTILINE))
    for one in bill["components"]:
        assert any(found["hashes"] for found in one["externalReferences"]), one["name"]
