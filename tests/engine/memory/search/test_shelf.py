"""Tests that this cache is limited in bytes and in number."""

from __future__ import annotations

from dataclasses import dataclass

from engine.memory.search.shelf import Shelf


@dataclass
class Thing:
    size_bytes: int


def filled(most: int, *sizes: int) -> Shelf[int, Thing]:
    shelf: Shelf[int, Thing] = Shelf(most)
    for key, size in enumerate(sizes):
        shelf.put(key, Thing(size))
    return shelf


def test_the_longest_unused_leaves_first() -> None:
    shelf = filled(100, 40, 40)
    shelf.get(0)
    shelf.put(2, Thing(40))
    assert [key in shelf for key in (0, 1, 2)] == [True, False, True]
    assert shelf.size_bytes == 80


def test_values_that_hold_nothing_do_not_gather_for_ever() -> None:
    shelf: Shelf[int, Thing] = Shelf(100, most_values=3)
    for key in range(10):
        shelf.put(key, Thing(0))
    assert [key for key in range(10) if key in shelf] == [7, 8, 9]


def test_one_that_is_larger_than_the_shelf_is_not_kept_and_evicts_no_other() -> None:
    shelf = filled(100, 40, 400, 40)
    assert [key in shelf for key in (0, 1, 2)] == [True, False, True]


def test_one_that_grows_larger_than_the_shelf_is_evicted_alone() -> None:
    shelf = filled(100, 40, 40)
    grown = shelf.get(1)
    assert grown is not None
    grown.size_bytes = 400
    shelf.bound()
    assert [key in shelf for key in (0, 1)] == [True, False]


def test_a_value_that_was_dropped_while_it_was_built_is_not_kept() -> None:
    for drop in (lambda shelf: shelf.drop(0), lambda shelf: shelf.clear()):
        shelf: Shelf[int, Thing] = Shelf(100)
        with shelf.building(0) as ticket:
            drop(shelf)
            shelf.put(0, Thing(1), ticket)
        assert 0 not in shelf
        with shelf.building(0) as ticket:
            shelf.put(0, Thing(1), ticket)
        assert 0 in shelf


def test_one_that_grew_is_noticed() -> None:
    shelf = filled(100, 40, 40)
    grown = shelf.get(1)
    assert grown is not None
    grown.size_bytes = 90
    shelf.bound()
    assert len(shelf) == 1


def test_what_is_dropped_is_gone() -> None:
    shelf = filled(100, 40)
    shelf.drop(0)
    shelf.drop(0)
    assert shelf.get(0) is None
    assert shelf.size_bytes == 0
