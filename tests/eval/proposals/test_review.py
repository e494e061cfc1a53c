"""Decisions on proposals: stored at once, taken back one by one, and written as a test set."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.web.reviewing import Tally
from eval.errors import ProposalsRefused
from eval.formats.choose import read_set
from eval.gold import find_gold
from eval.proposals.file import open_proposals, read_proposals
from eval.proposals.proposal import Draft, Proposal, Sentence, proposal_of_line
from eval.proposals.review import FileReview, accepted_file, write_accepted
from index.embedders.static import StaticEmbedder
from index.local_index import LocalIndex
from index.writer import IndexWriter
from tests.evaluations import COST, MAYOR, QUAY


def proposal(number: int, draft: Draft, quote: str = COST) -> Proposal:
    start = QUAY.text.index(quote)
    sentence = Sentence(QUAY.id, start, start + len(quote), quote)
    return Proposal(
        f"p{number}",
        draft.question,
        "fr",
        draft.answerable,
        draft.answers,
        "proposed",
        sentence,
        draft,
        number,
        {"seed": 0},
    )


COSTS = Draft("Combien ? Les travaux coûtent ___ d'euros.", ("12 millions",), "how many", "blank")
CAME = Draft("Qui est venu samedi ?", ("Le maire",), "who", "question")
SWAPPED = Draft("Qui est venu à Oslo ?", (), "who", "question", answerable=False, swapped="Oslo")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with IndexWriter.open(tmp_path / "index", StaticEmbedder()) as writer:
        list(writer.add([QUAY]))
    with open_proposals(tmp_path / "p.jsonl") as held:
        held.put(proposal(1, COSTS), proposal(2, CAME, MAYOR), proposal(3, SWAPPED, MAYOR))
    return tmp_path / "p.jsonl"


@pytest.fixture
def review(file: Path) -> Iterator[FileReview]:
    with open_proposals(file) as held:
        yield FileReview(held, LocalIndex.open(file.parent / "index", StaticEmbedder()))


def test_each_decision_is_in_the_file_when_the_call_returns(review: FileReview, file: Path) -> None:
    review.decide("p1", "accept", "what does the quay of the port cost?", ["12 millions", "12 million"])
    review.decide("p2", "accept", CAME.question, CAME.answers)
    assert review.tally() == Tally(total=3, left=1, accepted=1, mended=1, rejected=0)
    first, second, third = read_proposals(file)
    assert (first.status, first.question, first.language, first.answers) == (
        "mended",
        "what does the quay of the port cost?",
        "en",
        ("12 millions", "12 million"),
    )
    assert first.draft == COSTS
    assert (second.status, second.language, third.status) == ("accepted", "fr", "proposed")
    review.decide("p3", "reject", "", [])
    assert review.waiting() is None
    assert read_proposals(file)[2].status == "rejected"


def test_what_was_decided_is_not_decided_again(review: FileReview, file: Path) -> None:
    review.decide("p1", "reject", COSTS.question, COSTS.answers)
    review.decide("p1", "accept", "again?", [])
    review.decide("p9", "accept", "unknown?", [])
    assert [each.status for each in read_proposals(file)] == ["rejected", "proposed", "proposed"]


def test_decisions_are_taken_back_in_their_order_also_by_a_later_review(review: FileReview, file: Path) -> None:
    review.decide("p2", "unanswerable", "Qui est venu dimanche ?", CAME.answers)
    review.decide("p1", "accept", "combien ?", ["12"])
    later = FileReview(review.held, review.index)
    assert later.undo()
    assert [each.status for each in read_proposals(file)] == ["proposed", "mended", "proposed"]
    waits = later.waiting()
    assert waits is not None
    assert (waits.id, waits.question, waits.answers) == ("p1", "combien ?", ("12",))  # no word is lost
    assert later.undo()
    second = read_proposals(file)[1]
    assert (second.status, second.question, second.answerable, second.answers) == (
        "proposed",
        "Qui est venu dimanche ?",
        True,
        ("Le maire",),
    )
    assert not later.undo()


def test_the_test_set_holds_what_was_taken_and_its_gold_is_found(review: FileReview, file: Path) -> None:
    with pytest.raises(ProposalsRefused, match="No proposal was accepted yet"):
        review.write_accepted()
    review.decide("p1", "accept", "Combien coûtent les travaux ?", ["12 millions"])
    review.decide("p2", "reject", CAME.question, CAME.answers)
    review.decide("p3", "accept", SWAPPED.question, [])
    assert review.write_accepted() == (accepted_file(file), 2)
    found = read_set(accepted_file(file))
    assert (found.format, found.problems) == ("jsonl", ())
    (cost,), (came,) = (case.turns for case in found.cases)
    assert (cost.question, cost.answerable, cost.answers, cost.kind) == (
        "Combien coûtent les travaux ?",
        True,
        ("12 millions",),
        "how many",
    )
    assert (came.answerable, came.gold, came.kind) == (False, (), "near-miss")
    assert [dict(case.tags) for case in found.cases] == [
        {"proposed as": "blank", "status": "mended"},
        {"proposed as": "question", "status": "accepted"},
    ]
    gold = find_gold(found.cases, {QUAY.id: QUAY}.get, lambda: [QUAY])
    assert gold.problems == ()
    assert QUAY.text[slice(*gold.spans["p1"][0].span or (0, 0))] == COST


def test_a_file_of_proposals_is_itself_a_test_set(file: Path) -> None:
    found = read_set(file)
    assert found.problems == ()
    assert [case.turns[0].question for case in found.cases] == [COSTS.question, CAME.question, SWAPPED.question]


def test_one_process_at_a_time(review: FileReview, file: Path) -> None:
    del review
    with pytest.raises(ProposalsRefused, match="Another process works with"), open_proposals(file):
        pass


def test_a_line_that_is_no_proposal_is_named(file: Path) -> None:
    good = file.read_text(encoding="utf-8").splitlines()[0]
    for content, told in (
        (f"{good}\n{{broken\n", r"line 2: not a proposal: Invalid JSON"),
        (f"{good}\n\n{good}\n", r"line 3: the id 'p1' was there before"),
        ('{"id": "x"}', r"line 1: not a proposal: question: Field required"),
    ):
        file.write_text(content, encoding="utf-8")
        with pytest.raises(ProposalsRefused, match=told):
            read_proposals(file)
    with pytest.raises(ProposalsRefused, match=r"cannot be read: No such file or directory\. Make one"):
        read_proposals(file.with_name("other.jsonl"))


def test_a_file_that_cannot_be_written_leaves_what_was_there(
    review: FileReview, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.read_bytes()

    def full(*_: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ProposalsRefused, match="No space left on device"):
        review.decide("p1", "reject", "", [])
    assert file.read_bytes() == before
    waits = review.waiting()
    assert waits is not None
    assert waits.id == "p1"


def test_a_line_is_read_as_it_was_written() -> None:
    made = replace(proposal(1, COSTS), question="a\u2028b “c” 😀", status="mended", decided=4)
    assert proposal_of_line(made.as_line()) == made
    assert len(made.as_line().split("\n")) == 1


def test_nearest_passages_are_for_questions_only(review: FileReview) -> None:
    assert [passage.article for passage in review.nearest("le quai du port")] == [QUAY.id]
    assert review.nearest("   ") == ()


def test_accepted_can_go_to_another_file(file: Path, tmp_path: Path) -> None:
    taken = replace(read_proposals(file)[0], status="accepted")
    assert write_accepted([taken], tmp_path / "set.jsonl") == 1
    with pytest.raises(ProposalsRefused, match="cannot be written"):
        write_accepted([taken], tmp_path / "no" / "set.jsonl")
