"""Mutants name words of the source: whoever moves those learns it here and not once a night."""

from pathlib import Path

import pytest

from tooling.mutants import MUTANTS, ROOT, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_what_a_mutant_takes_away_is_there_once(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text().count(mutant.old) == 1
    assert all((ROOT / Path(test.partition("::")[0])).exists() for test in mutant.tests)
