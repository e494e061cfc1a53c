"""Money and times are known by the names that CLDR gives them in four languages."""

from assistant.locale_names.word_kinds import is_money, is_time


def test_money_and_time_are_told_from_other_words() -> None:
    assert all(map(is_money, ("pounds", "livres", "libras", "pfund", "euros", "dollar")))
    assert not any(map(is_money, ("drones", "systems", "week")))
    assert all(map(is_time, ("week", "semaine", "ano", "freitag", "april", "avril")))
    assert not any(map(is_time, ("meeting", "pounds")))
