"""Near-copies: the first is kept."""

from index.near_copies import without_near_copies


def kept(texts: list[str], most: int | None = None) -> list[str]:
    return without_near_copies(texts, str, most)


REPORT = "Germany will send four IRIS-T systems and ten thousand artillery rounds to Ukraine this year"


def test_of_copies_the_first_is_kept() -> None:
    """Case, accents and punctuation make no difference; one changed word of twelve makes a near-copy."""
    texts = [REPORT, "Something else entirely.", REPORT.upper() + "!", REPORT.replace("this", "next")]
    assert kept(texts) == texts[:2]


def test_the_limit_is_four_fifths_of_the_distinct_words() -> None:
    """8 of 10 words in common is a near-copy, 7 of 10 is none."""
    first = "aa bb cc dd ee ff gg hh ii"
    assert kept([first, "aa bb cc dd ee ff gg hh jj"]) == [first]  # 8 common, 10 together
    assert len(kept(["aa bb cc dd ee ff gg hh", "aa bb cc dd ee ff gg ii jj"])) == 2  # 7 of 10


def test_numbers_tell_apart_short_texts() -> None:
    assert len(kept(["Sent 4 systems", "Sent 5 systems"])) == 2


def test_no_texts() -> None:
    assert kept([]) == []


def test_no_more_are_taken_than_are_wanted() -> None:
    taken: list[str] = []

    def text(item: str) -> str:
        taken.append(item)
        return item

    assert without_near_copies(iter(["one", "two", "three"]), text, 2) == ["one", "two"]
    assert taken == ["one", "two"]
