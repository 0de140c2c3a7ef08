"""Values made by `frozen` are what `dataclasses` would have made."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace

import pytest

from nianbao.frozen import frozen


@frozen
class Pair:
    """Two texts and a list."""

    left: str
    right: str = "r"
    more: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Model:
    """The same, by `dataclasses`."""

    left: str
    right: str = "r"
    more: list[int] = field(default_factory=list)


@frozen
class Nothing:
    """No field at all."""


@frozen
class Named:
    """Says what it is in its own way."""

    name: str

    def __repr__(self) -> str:
        return f"<{self.name}>"


def test_fields_defaults_and_representation_are_as_of_a_dataclass() -> None:
    """Also the words in which a missing value is complained of."""
    assert repr(Pair("l")) == repr(Model("l")).replace("Model", "Pair")
    assert [part.name for part in fields(Pair)] == [part.name for part in fields(Model)]
    with pytest.raises(TypeError, match=r"missing 1 required positional argument: 'left'"):
        Pair()  # type: ignore[call-arg]


def test_equal_values_are_equal_and_hash_alike() -> None:
    """Only within a class."""
    assert Pair("l") == Pair("l", "r", [])
    assert Pair("l") != Pair("m")
    assert Pair("l") != Model("l")  # type: ignore[comparison-overlap]
    assert {Named("a"), Named("a"), Nothing(), Nothing()} == {Named("a"), Nothing()}


def test_what_is_made_by_default_is_made_anew() -> None:
    """No list is shared."""
    Pair("l").more.append(1)
    assert Pair("l").more == []


@pytest.mark.parametrize("name", ["left", "other"])
def test_nothing_changes(name: str) -> None:
    """Neither a field nor anything beside it."""
    with pytest.raises(FrozenInstanceError):
        setattr(Pair("l"), name, "x")
    with pytest.raises(FrozenInstanceError):
        delattr(Pair("l"), name)


def test_replaced_copied_and_sent_to_another_process() -> None:
    """As the pool of readers does."""
    pair = Pair("l", more=[1])
    assert replace(pair, left="m") == Pair("m", "r", [1])
    assert copy.deepcopy(pair) == pickle.loads(pickle.dumps(pair)) == pair  # noqa: S301 -- our own bytes


def test_a_class_keeps_the_methods_it_has() -> None:
    """And can be matched by place."""
    assert repr(Named("x")) == "<x>"
    match Pair("l"):
        case Pair(left, right):
            assert left + right == "lr"
