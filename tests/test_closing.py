"""What is used in a `with` block."""

from __future__ import annotations

import pytest

from knuckle.closing import Closing


class Noted(Closing):
    """Notes how it was ended."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def close(self) -> None:
        """The block is done."""
        self.calls.append("close")


class Abortable(Noted):
    """Something that can be given up."""

    def abort(self) -> None:
        """The block failed."""
        self.calls.append("abort")


def test_the_block_gets_the_thing_itself() -> None:
    """To be named with `as`."""
    thing = Noted()
    with thing as given:
        pass

    assert given is thing


@pytest.mark.parametrize("kind", [Noted, Abortable])
def test_a_block_ends_in_close(kind: type[Noted]) -> None:
    """Once."""
    with kind() as thing:
        pass

    assert ["close"] == thing.calls


@pytest.mark.parametrize(("kind", "call"), [(Noted, "close"), (Abortable, "abort")])
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_exception_ends_in_abort(
    kind: type[Noted], call: str, error: type[BaseException]
) -> None:
    """Which closes what has nothing to give up; the exception goes on."""
    thing = kind()
    with pytest.raises(error), thing:
        raise error

    assert [call] == thing.calls
