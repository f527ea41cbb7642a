"""Rates and what is held."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knuckle.serve.limits import REMEMBERED, Bucket, Held, Rates, body, take
from knuckle.serve.problem import Problem


@given(
    st.floats(0.5, 1000),
    st.lists(st.floats(0, 0.1), min_size=1, max_size=300),
)
def test_nobody_gets_more_than_the_rate(rate: float, pauses: list[float]) -> None:
    """In any time: a second's worth at once, and the rate after it."""
    bucket: Bucket | None = None
    now, passed = 0.0, 0
    for pause in pauses:
        now += pause
        bucket, wait = take(bucket, now, rate)
        passed += not wait

    assert passed <= max(rate, 1) + rate * now + 1e-6


@given(st.floats(0.5, 1000), st.integers(1, 50))
def test_who_waits_as_told_passes(rate: float, count: int) -> None:
    """The seconds of the refusal are enough."""
    bucket: Bucket | None = None
    now = 0.0
    for _ in range(count):
        bucket, wait = take(bucket, now, rate)
        if wait:
            now += wait + 1e-6
            bucket, wait = take(bucket, now, rate)
        assert wait == 0


def test_clients_have_rates_of_their_own() -> None:
    """One that asks too often does not stop the other."""
    rates = Rates(2)
    rates.check("a", 0)
    rates.check("a", 0)
    with pytest.raises(Problem, match="more than 2 requests") as refused:
        rates.check("a", 0)
    rates.check("b", 0)
    rates.check("a", 0.5)

    assert (429, "1") == (refused.value.status, refused.value.headers()["retry-after"])


def test_not_all_clients_are_remembered() -> None:
    """Or addresses that change would fill the memory."""
    rates = Rates(1)
    for number in range(REMEMBERED + 100):
        rates.check(str(number), 0)

    assert len(rates._buckets) == REMEMBERED


def test_bytes_are_held_until_a_request_ends() -> None:
    """Also when it fails."""
    held = Held(10)
    with body(held) as first:
        first.add(b"123456")
        with body(held) as second:
            second.add(b"1234")
            with pytest.raises(Problem, match="too many pictures"):
                second.add(b"5")
            assert held.now == 10
        assert held.now == 6
        assert b"123456" == first.bytes()

    assert held.now == 0
