"""Rates: bursts, refill, waiting; with a clock that is passed in."""

from hypothesis import given
from hypothesis import strategies as st

from shared.web.http import RateLimiter


def test_a_burst_is_taken_at_once_and_then_the_rate_holds() -> None:
    limiter = RateLimiter(rate=2, burst=3)
    assert [limiter.spend("anna", 100.0) for _ in range(3)] == [(2, 0.0), (1, 0.0), (0, 0.0)]
    left, wait = limiter.spend("anna", 100.0)
    assert (left, round(wait, 6)) == (0, 0.5)
    assert limiter.spend("anna", 100.5)[1] == 0.0
    assert limiter.spend("anna", 100.5)[1] > 0


def test_several_are_taken_together_or_not_at_all() -> None:
    limiter = RateLimiter(rate=1, burst=10)
    assert limiter.spend("anna", 0.0, 7) == (3, 0.0)
    left, wait = limiter.spend("anna", 0.0, 5)
    assert (left, round(wait, 6)) == (0, 2.0)
    assert limiter.spend("anna", 0.0, 3) == (0, 0.0)


def test_a_refused_request_costs_nothing() -> None:
    limiter = RateLimiter(rate=1, burst=1)
    limiter.spend("anna", 0.0)
    for _ in range(100):
        limiter.spend("anna", 0.5)
    assert limiter.spend("anna", 1.0) == (0, 0.0)


def test_after_a_rest_the_bucket_is_full_and_not_fuller() -> None:
    limiter = RateLimiter(rate=10, burst=5)
    limiter.spend("anna", 0.0)
    assert limiter.spend("anna", 1_000_000.0) == (4, 0.0)


def test_each_key_has_a_bucket_of_its_own() -> None:
    limiter = RateLimiter(rate=1, burst=1)
    assert limiter.spend("anna", 0.0)[1] == 0
    assert limiter.spend("ben", 0.0)[1] == 0


def test_a_rate_of_zero_means_no_limit() -> None:
    assert not RateLimiter(rate=0, burst=1).on


def test_full_buckets_are_forgotten() -> None:
    limiter = RateLimiter(rate=1, burst=1)
    limiter._next_sweep = 10
    for number in range(10):
        limiter.spend(f"person-{number}", 0.0)
    limiter.spend("anna", 100.0)
    assert list(limiter._full_at) == ["anna"]


@given(
    rate=st.integers(1, 50),
    burst=st.integers(1, 20),
    pauses=st.lists(st.floats(0, 2), max_size=60),
)
def test_no_more_passes_than_burst_and_rate_allow(
    rate: int, burst: int, pauses: list[float]
) -> None:
    limiter = RateLimiter(rate, burst)
    now, passed = 1000.0, 0
    for pause in pauses:
        now += pause
        passed += limiter.spend("anna", now)[1] == 0
    assert passed <= burst + rate * (now - 1000.0) + 1e-6
