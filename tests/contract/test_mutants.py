"""Each mutant still has its words to change, and tests to notice it: `make mutants` runs seldom."""

import pytest

from tooling.mutants import MUTANTS, ROOT, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_has_its_words_and_its_tests(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text().count(mutant.old) == 1
    assert mutant.tests
    for path in mutant.tests:
        file, _, test = path.partition("::")
        assert f"def {test}(" in (ROOT / file).read_text() if test else (ROOT / file).exists()
