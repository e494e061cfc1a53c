"""The review of proposals in a real browser: by mouse and by keyboard; every decision is on the disk at once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant.server.review import review_app
from eval.formats.choose import read_set
from eval.proposals.file import open_proposals, read_proposals
from eval.proposals.proposal import Draft, Proposal, Sentence
from eval.proposals.review import FileReview
from index.embedders.static import StaticEmbedder
from index.local_index import LocalIndex
from index.types import Article
from index.writer import IndexWriter
from tests.browser.accessibility import serious_faults
from tests.browser.conftest import serving

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]

HOSTILE = "<img src=x onerror=alert(1)>"
FERRY = Article(
    "ferry.txt",
    "The ferry",
    f"The ferry\n\nThe ferry to Oban leaves at six. It costs 9 pounds in Oban. The boat is called {HOSTILE} by Mull.",
    "en",
    "2024-03-02",
)
SENTENCES = (
    "The ferry to Oban leaves at six.",
    "It costs 9 pounds in Oban.",
    f"The boat is called {HOSTILE} by Mull.",
)


def proposal(number: int, quote: str, draft: Draft) -> Proposal:
    start = FERRY.text.index(quote)
    return Proposal(
        f"proposal-{number}",
        draft.question,
        "en",
        draft.answerable,
        draft.answers,
        "proposed",
        Sentence(FERRY.id, start, start + len(quote), quote),
        draft,
        number,
        {"seed": 0},
    )


PROPOSALS = (
    proposal(0, SENTENCES[0], Draft("When does the ferry to Oban leave?", ("six",), "when", "question")),
    proposal(1, SENTENCES[1], Draft("How much? It costs ___ pounds in Oban.", ("9",), "how many", "blank")),
    proposal(
        2, SENTENCES[2], Draft("What is the boat called by Skye?", (), "who", "model", answerable=False, swapped="Skye")
    ),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with IndexWriter.open(tmp_path / "index", StaticEmbedder()) as writer:
        list(writer.add([FERRY]))
    made = tmp_path / "proposals.jsonl"
    with open_proposals(made) as held:
        held.put(*PROPOSALS)
    return made


@pytest.fixture
def url(file: Path) -> Iterator[str]:
    index = LocalIndex.open(file.parent / "index", StaticEmbedder())
    with open_proposals(file) as held, serving(review_app(FileReview(held, index))) as address:
        yield address


def expect_tally(page: Page, text: str) -> None:
    expect(page.locator("#review-tally")).to_contain_text(text)


def expect_shown(page: Page, number: int) -> None:
    expect(page.locator("#review-passage mark")).to_have_text(SENTENCES[number])
    expect(page.get_by_label("Question", exact=True)).to_have_value(PROPOSALS[number].question)


def statuses(file: Path) -> list[str]:
    return [each.status for each in read_proposals(file)]


def test_proposals_are_accepted_mended_and_rejected_and_the_set_is_written(
    open_page: OpenPage, url: str, file: Path
) -> None:
    page = open_page(url)
    expect_shown(page, 0)
    expect_tally(page, "3 of 3 left; 0 accepted, 0 mended, 0 rejected.")
    expect(page.get_by_label("Short right answers, one a line")).to_have_value("six")
    assert serious_faults(page) == []
    page.get_by_role("button", name="Accept").click()
    expect_shown(page, 1)
    assert statuses(file) == ["accepted", "proposed", "proposed"]
    expect(page.locator("#review-blank")).to_contain_text("This still has a blank.")
    page.get_by_label("Question", exact=True).fill("what does the ferry to Oban cost?")
    expect(page.locator("#review-blank")).not_to_contain_text("blank")
    page.get_by_label("Short right answers, one a line").fill("9 pounds\n £9 \n\n")
    page.get_by_role("button", name="Accept").click()
    expect_shown(page, 2)
    expect(page.locator("#review-passage")).to_contain_text("“Skye” stands in the place of the sentence’s own name")
    expect(page.locator("#review-passage details li")).to_contain_text([SENTENCES[0]])
    expect(page.locator("#review-passage img")).to_have_count(0)
    assert serious_faults(page) == []
    page.get_by_role("button", name="Reject").click()
    expect_tally(page, "0 of 3 left; 1 accepted, 1 mended, 1 rejected.")
    expect(page.locator("#review-passage")).to_have_text("Nothing is left to review.")
    assert statuses(file) == ["accepted", "mended", "rejected"]
    page.get_by_role("button", name="Write the test set").click()
    expect(page.locator("#review-said")).to_contain_text("2 questions are written to")
    found = read_set(file.with_name("proposals.accepted.jsonl"))
    assert found.problems == ()
    assert [(case.turns[0].question, case.turns[0].answers) for case in found.cases] == [
        ("When does the ferry to Oban leave?", ("six",)),
        ("what does the ferry to Oban cost?", ("9 pounds", "£9")),
    ]
    assert [case.turns[0].gold[0].quote for case in found.cases] == list(SENTENCES[:2])


def test_everything_goes_by_keyboard_and_can_be_undone(open_page: OpenPage, url: str, file: Path) -> None:
    page = open_page(url)
    expect_shown(page, 0)
    passage = page.locator(".review-passage")
    page.keyboard.press("a")  # nothing has the focus: the key means nothing
    for _ in range(10):
        page.keyboard.press("Tab")
        if passage.evaluate("part => part === document.activeElement"):
            break
    expect(passage).to_be_focused()
    assert statuses(file) == ["proposed"] * 3
    page.keyboard.press("a")
    expect_shown(page, 1)
    expect(passage).to_be_focused()
    page.keyboard.press("r")
    expect_shown(page, 2)
    assert statuses(file) == ["accepted", "rejected", "proposed"]
    page.keyboard.press("u")
    expect_shown(page, 1)
    expect(page.locator("#review-said")).to_contain_text("The last decision was taken back.")
    expect(passage).to_be_focused()
    page.keyboard.press("e")
    expect(page.get_by_label("Question", exact=True)).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("a ferry to Mull?")  # letters of a field are letters
    page.keyboard.press("Escape")
    expect(passage).to_be_focused()
    page.keyboard.press("n")
    expect_shown(page, 2)
    mended = read_proposals(file)[1]
    assert (mended.status, mended.question, mended.answerable, mended.answers) == (
        "mended",
        "a ferry to Mull?",
        False,
        (),
    )
    page.keyboard.press("e")
    page.keyboard.press("Control+Enter")
    expect(passage).to_have_text("Nothing is left to review.")
    expect(passage).to_be_focused()
    for _ in PROPOSALS:
        before = sum(status == "proposed" for status in statuses(file))
        page.keyboard.press("u")
        expect_tally(page, f"{before + 1} of 3 left")
    page.keyboard.press("u")
    expect(page.locator("#review-said")).to_contain_text("There is no decision to take back.")
    assert statuses(file) == ["proposed"] * 3


def test_a_question_without_words_is_refused_and_two_pages_decide_once(
    open_page: OpenPage, url: str, file: Path
) -> None:
    page, other = open_page(url), open_page(url, locale="fr-FR")
    expect_shown(page, 0)
    expect(other.get_by_role("button", name="Accepter (A)")).to_be_visible()
    expect(other.locator("#review-tally")).to_contain_text("Reste 3 sur 3")
    page.get_by_label("Question", exact=True).fill("  ")
    page.get_by_role("button", name="Accept").click()
    expect(page.locator("#review-said [role=alert]")).to_have_text("Write a question first.")
    page.get_by_role("button", name="Reject").click()
    expect_shown(page, 1)
    other.get_by_role("button", name="Accepter").click()  # of the first one, which was rejected meanwhile
    expect(other.locator("#review-passage mark")).to_have_text(SENTENCES[1])
    assert statuses(file) == ["rejected", "proposed", "proposed"]


def test_in_the_dark_and_under_the_pointer_everything_can_be_read(open_page: OpenPage, url: str) -> None:
    page = open_page(url, color_scheme="dark")
    expect_shown(page, 0)
    page.get_by_role("button", name="Accept").hover()
    assert serious_faults(page) == []


def test_a_sentence_that_is_gone_is_told(open_page: OpenPage, url: str, file: Path) -> None:
    with IndexWriter.open(file.parent / "index", StaticEmbedder()) as writer:
        writer.remove([FERRY.id])
    page = open_page(url)
    expect(page.locator("#review-passage [role=alert]")).to_contain_text("This article has changed or is gone")
    expect(page.locator("#review-passage")).to_contain_text(SENTENCES[0])
