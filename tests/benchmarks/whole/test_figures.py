"""Ratios beside the best peer: which value counts, which way round, and when there is none."""

from typing import Any

import pytest

from benchmarks.whole.figures import Bar, Figure, bars, best, compared, figures, of_any_mode, of_modes, ratio


def record(title: str, *, ours: bool = False, **found: float) -> dict[str, Any]:
    return {"title": title, "ours": ours, "figures": found}


OURS = record("this project", ours=True, build_seconds=20.0, cold_seconds_hybrid=0.5, hit_at_10_french_hybrid=0.9)
SLOW = record("Slow", build_seconds=100.0, cold_seconds_hybrid=9.0, cold_seconds_dense=4.0)
QUICK = record("Quick", build_seconds=50.0, cold_seconds_dense=6.0, hit_at_10_french_dense=0.6)


def test_the_best_peer_counts_and_less_is_better_of_seconds() -> None:
    found = compared(Figure("build", ("build_seconds",)), OURS, [SLOW, QUICK])
    assert (found.ours, found.peer, found.peer_title, found.ratio) == (20.0, 50.0, "Quick", 2.5)


def test_more_is_better_of_hits() -> None:
    found = compared(of_any_mode("hit@10", "hit_at_10_french", "more"), OURS, [SLOW, QUICK])
    assert (found.peer, found.peer_title) == (0.6, "Quick")
    assert found.ratio == pytest.approx(1.5)


def test_of_several_modes_each_peer_counts_with_its_best() -> None:
    found = compared(of_any_mode("cold question", "cold_seconds"), OURS, [SLOW, QUICK])
    assert (found.peer, found.peer_title, found.ratio) == (4.0, "Slow", 8.0)


def test_vectors_alone_are_compared_with_our_whole_search_and_hybrid_with_hybrid() -> None:
    hybrid, dense = of_modes("cold question", "cold_seconds")
    assert compared(hybrid, OURS, [SLOW, QUICK]).ratio == 18.0
    assert compared(dense, OURS, [SLOW, QUICK]).ratio == 8.0
    assert dense.of(QUICK) == 6.0
    assert hybrid.of(QUICK) is None


def test_there_is_no_ratio_without_both_figures_or_over_zero() -> None:
    disk = Figure("disk", ("disk_mb",))
    assert compared(disk, OURS, [SLOW]).ratio is None
    assert compared(Figure("build", ("build_seconds",)), None, [SLOW]).ratio is None
    assert compared(Figure("build", ("build_seconds",)), OURS, []).peer is None
    assert ratio(1.0, 0.0, "more") is None
    assert ratio(2.0, 0.0, "less") == 0.0


def test_a_bar_is_met_by_its_ratio_and_one_of_more_than_one_not_by_one() -> None:
    figure = Figure("build", ("build_seconds",))
    assert [Bar(figure, 1.5).is_met(found) for found in (1.49, 1.5, 1.6)] == [False, True, True]
    assert [Bar(figure, 1, above=True).is_met(found) for found in (0.9, 1.0, 1.1)] == [False, False, True]


def test_there_is_a_bar_for_each_language_and_a_row_for_each_number_of_clients() -> None:
    assert [bar.figure.title for bar in bars(["english", "french"])][-2:] == ["hit@10, english", "hit@10, french"]
    titles = [figure.title for figure in figures([1, 16], ["french"])]
    assert "queries a second, 1 client, hybrid" in titles
    assert "queries a second, 16 clients, vectors alone" in titles
    assert len(set(titles)) == len(titles)


def test_best_is_the_least_or_the_most() -> None:
    assert best([3.0, 1.0, 2.0], "less") == 1.0
    assert best([3.0, 1.0, 2.0], "more") == 3.0
