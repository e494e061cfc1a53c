"""Prompt texts: found, complete in every language, and strict about their names."""

import string
from pathlib import Path

import pytest

from assistant.errors import PromptInvalid
from assistant.prompts import FRAME_NAMES, fill, fill_prompt, load_frames, parse_frames

PROMPTS = Path(__file__).parents[2] / "prompts"
LANGUAGES = ("de", "en", "es", "fr")


def frame_file_with(**changes: str) -> str:
    """The content of a complete frame file in which some texts are changed."""
    texts = {key: " ".join(f"${name}" for name in sorted(names)) for key, names in FRAME_NAMES.items()} | changes
    return "\n".join(f'{key} = "{text}"' for key, text in texts.items())


def test_the_frame_files_are_those_of_the_four_languages() -> None:
    assert sorted(path.name for path in PROMPTS.glob("frames.*.toml")) == [f"frames.{code}.toml" for code in LANGUAGES]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_its_own_complete_frames(language: str) -> None:
    frames = load_frames(language)
    assert frames.language == language
    assert frames.file == f"prompts/frames.{language}.toml"
    assert frames.texts.keys() == FRAME_NAMES.keys()


@pytest.mark.parametrize(
    ("language", "quote"),
    [
        ("en", "“Four systems.” [2]"),
        ("fr", "«\u00a0Four systems.\u00a0» [2]"),
        ("es", "«Four systems.» [2]"),
        ("de", "„Four systems.“ [2]"),
    ],
)
def test_quotes_stand_in_the_marks_of_the_language(language: str, quote: str) -> None:
    assert load_frames(language).render("quote", quote="Four systems.", number=2) == quote


@pytest.mark.parametrize("language", ["xx", "und", "", "../frames", "e/n", "日本"])
def test_an_unknown_language_gets_the_english_frames(language: str) -> None:
    assert load_frames(language).texts == load_frames("en").texts
    assert load_frames(language).language == "en"


@pytest.mark.parametrize("language", ["fr-CA", "fr_FR", "FR"])
def test_a_region_does_not_matter(language: str) -> None:
    assert load_frames(language) == load_frames("fr")


def test_a_missing_value_is_an_error_that_says_which_and_where() -> None:
    with pytest.raises(PromptInvalid, match=r"prompts/frames\.es\.toml, text 'quote': 'number' is not given a value"):
        load_frames("es").render("quote", quote="Un título")


def test_an_unknown_value_is_an_error_that_says_which_and_where() -> None:
    with pytest.raises(PromptInvalid, match=r"prompts/frames\.en\.toml, text 'quote': 'page' does not occur in it"):
        load_frames("en").render("quote", quote="x", number=1, page=3)


def test_an_unknown_text_is_an_error_that_lists_the_texts() -> None:
    with pytest.raises(PromptInvalid, match=r"prompts/frames\.fr\.toml has no text 'greeting'.*'not_told'"):
        load_frames("fr").render("greeting")


def test_dollar_signs_in_a_value_stay_as_they_are() -> None:
    assert fill("$$5 for $what", {"what": "$what and $$"}, "here") == "$5 for $what and $$"


def test_a_dollar_sign_before_no_name_is_an_error() -> None:
    with pytest.raises(PromptInvalid, match=r"here: a '\$' stands before something that is no name"):
        fill("costs $5", {}, "here")


def test_values_are_written_as_text() -> None:
    assert fill("at most $limit", {"limit": 2_000}, "here") == "at most 2000"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (frame_file_with(quote="$quote"), r"frames\.xx\.toml, text 'quote': 'number' is missing"),
        (frame_file_with(nearest="$title"), r"frames\.xx\.toml, text 'nearest': 'title' is not known"),
        (frame_file_with(greeting="Hello"), r"frames\.xx\.toml: 'greeting' is not known"),
        (frame_file_with().replace("not_told", "told"), r"frames\.xx\.toml: 'not_told' is missing"),
        (frame_file_with(nearest="100 $"), r"frames\.xx\.toml, text 'nearest': a '\$' stands"),
        (frame_file_with() + "\nnearest =", r"frames\.xx\.toml is not valid TOML"),
    ],
)
def test_a_frame_file_with_other_names_is_refused_with_the_reason(content: str, message: str) -> None:
    with pytest.raises(PromptInvalid, match=message):
        parse_frames("xx", "frames.xx.toml", content)


def test_a_complete_frame_file_is_taken() -> None:
    frames = parse_frames("xx", "frames.xx.toml", frame_file_with(nearest="Nearest"))
    assert frames.render("nearest") == "Nearest"


def test_no_frame_is_longer_than_two_sentences() -> None:
    """The quotes are the answer; the frame must not hide them."""
    for language in LANGUAGES:
        for key, text in load_frames(language).texts.items():
            assert sum(text.count(mark) for mark in ".;?!") <= 3, (language, key)
            assert text.strip(string.whitespace) == text, (language, key)


REWRITING = {"question": "and France?", "language": "English", "marker": "9f3a", "conversation": "Asked: ..."}


def test_a_prompt_is_filled_in() -> None:
    text = fill_prompt("rewrite_question", **REWRITING)
    assert "Last question: and France?" in text
    assert "$" not in text


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"marker": None}, r"prompts/rewrite_question\.txt: 'marker' is not given a value"),
        ({"passages": "x"}, r"prompts/rewrite_question\.txt: 'passages' does not occur in it"),
    ],
)
def test_a_prompt_says_which_name_is_missing_or_unknown(values: dict[str, str | None], message: str) -> None:
    given = {name: value for name, value in (REWRITING | values).items() if value is not None}
    with pytest.raises(PromptInvalid, match=message):
        fill_prompt("rewrite_question", **given)


def test_a_prompt_that_is_not_there_is_named() -> None:
    with pytest.raises(PromptInvalid, match=r"prompts/greeting\.txt is not there"):
        fill_prompt("greeting")


@pytest.mark.parametrize("language", LANGUAGES)
def test_notices_about_the_model_are_in_the_language(language: str) -> None:
    others = [load_frames(other) for other in LANGUAGES if other != language]
    for name in ("model_failed", "model_stopped", "model_unusable", "model_cut_off", "unsupported"):
        text = load_frames(language).render(name)
        assert all(text != other.render(name) for other in others)
