"""What the operators' own definitions say to our objects, without a cluster and without a download.

Of KEDA and the Prometheus operator there are models in Python, made from their schemas; of Strimzi
the classes that the operator itself reads with.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.manifests import Object
from tooling.servers.apache_kafka import jars_of
from tooling.servers.not_available import NotAvailable

_HERE = Path(__file__).parent
_TOOLS = Path(sys.prefix) / "tools" / "bin" / "python"
_STRIMZI = "0.51.0"
_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>mitmach</groupId><artifactId>strimzi-for-tests</artifactId><version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>io.strimzi</groupId><artifactId>api</artifactId><version>{_STRIMZI}</version>
    </dependency>
  </dependencies>
</project>
"""


FITS = "fits"


def judged_by_models(objects: Sequence[Object]) -> list[str]:
    """What is wrong with each of these objects of KEDA and the Prometheus operator."""
    if not _TOOLS.exists():
        pytest.skip("requirements/tools.txt isn't installed; `make test` does it")
    return _judged([str(_TOOLS), "-P", str(_HERE / "operator_models.py")], objects)


def judged_by_strimzi(objects: Sequence[Object]) -> list[str]:
    """What is wrong with each of these objects of Strimzi."""
    cache = Path.home() / ".cache" / "mitmach" / f"strimzi-{_STRIMZI}"
    try:
        classes = jars_of("Strimzi", _POM, cache)
    except NotAvailable as reason:
        pytest.skip(str(reason))
    return _judged(["java", "-cp", f"{classes}/*", str(_HERE / "StrimziModels.java")], objects)


def _judged(command: Sequence[str], objects: Sequence[Object]) -> list[str]:
    done = subprocess.run(
        command, input=json.dumps(objects), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said = done.stdout.splitlines()
    assert len(said) == len(objects)
    return said
