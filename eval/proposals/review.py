"""The review of a file of proposals: what waits, what is decided, and the test set of what was taken."""

import json
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant.web.reviewing import Decision, Proposed, Tally
from eval.errors import ProposalsRefused
from eval.proposals.file import ProposalFile, write_lines
from eval.proposals.proposal import TAKEN, Proposal, Status
from index.errors import QueryRefused
from index.language import detect
from index.protocols import PassageIndex
from index.types import Article, Passage

NEAREST = 3


def accepted_file(file: Path) -> Path:
    """Where the test set goes that is made of a file of proposals."""
    return file.with_name(f"{file.stem}.accepted.jsonl")


def write_accepted(proposals: Sequence[Proposal], out: Path) -> int:
    """Writes a test set of what was accepted and mended, in the order of the file, and returns how many cases it has.
    Raises ProposalsRefused, also where nothing was accepted yet."""
    taken = [proposal for proposal in proposals if proposal.status in TAKEN]
    if not taken:
        raise ProposalsRefused("No proposal was accepted yet. Accept some: assistant eval review FILE.jsonl")
    lines = (json.dumps(proposal.as_case(), ensure_ascii=False) for proposal in taken)
    write_lines(out, (line.encode("utf-8", "replace").decode("utf-8") for line in lines))
    return len(taken)


@dataclass(frozen=True, slots=True)
class FileReview:
    """The `Review` of a file over an index; may be used by several threads at once."""

    held: ProposalFile
    index: PassageIndex
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def waiting(self) -> Proposed | None:
        found = next((each for each in self.held.proposals if each.status == "proposed"), None)
        if found is None:
            return None
        sentence = found.sentence
        return Proposed(
            id=found.id,
            question=found.question,
            answers=found.answers,
            answerable=found.answerable,
            article=sentence.article,
            start=sentence.start,
            end=sentence.end,
            quote=sentence.quote,
            swapped=found.draft.swapped,
        )

    def tally(self) -> Tally:
        by_status = Counter(each.status for each in self.held.proposals)
        return Tally(
            total=len(self.held.proposals),
            left=by_status["proposed"],
            accepted=by_status["accepted"],
            mended=by_status["mended"],
            rejected=by_status["rejected"],
        )

    def decide(self, proposal: str, decision: Decision, question: str, answers: Sequence[str]) -> None:
        with self._lock:
            found = self.held.find(proposal)
            if found is None or found.status != "proposed":
                return
            answerable = found.answerable and decision != "unanswerable"
            stands = replace(
                found,
                question=question,
                answers=tuple(answers) if answerable else (),
                answerable=answerable,
                language=detect(question, found.language) if question != found.draft.question else found.language,
                decided=max(each.decided for each in self.held.proposals) + 1,
            )
            status: Status = "accepted" if stands.is_as_drafted else "mended"
            if decision == "reject":
                status = "rejected"
            self.held.put(replace(stands, status=status))

    def undo(self) -> bool:
        with self._lock:
            last = max(self.held.proposals, key=lambda each: each.decided, default=None)
            if last is None or not last.decided:
                return False
            kept = last
            if last.answerable != last.draft.answerable:  # the answers are those that were put away with the mark
                kept = replace(last, answerable=last.draft.answerable, answers=last.draft.answers)
            self.held.put(replace(kept, status="proposed", decided=0))
            return True

    def write_accepted(self) -> tuple[Path, int]:
        out = accepted_file(self.held.file)
        return out, write_accepted(self.held.proposals, out)

    def article(self, article_id: str) -> Article | None:
        with self.index.snapshot() as snapshot:
            return snapshot.find_article(article_id)

    def nearest(self, question: str) -> Sequence[Passage]:
        try:
            with self.index.snapshot() as snapshot:
                return [hit.passage for hit in snapshot.search(question, NEAREST, detect(question))]
        except QueryRefused:
            return ()
