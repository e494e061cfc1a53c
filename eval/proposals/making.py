"""Proposals over a collection: facts spread over it, a question for each, and some about names that were swapped."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from assistant.filters import filters_of
from assistant.settings import Settings
from assistant.types import LanguageModel
from assistant.wiring import indexed_embedder, open_index, place_of
from eval.errors import ProposalsRefused
from eval.proposals.drafts import DraftDropped, DraftMaker, OtherNames, draft_of
from eval.proposals.facts import Fact
from eval.proposals.file import ProposalFile, open_proposals
from eval.proposals.model_drafts import ModelDrafts
from eval.proposals.proposal import Draft, Proposal, Sentence
from eval.proposals.spreading import spread_facts
from eval.provenance import content_fingerprint, differences
from index.protocols import PassageIndex
from index.types import Article

UNANSWERABLE = 1 / 3
"""The share of proposals that nothing should answer, as in our own sets, as far as there are names to swap."""

WRITTEN_TOGETHER = 100
"""Proposals without a language model take milliseconds; with one, each is stored by itself."""

ALL = -1
"""SQLite's word for a list without a limit."""

Watch = Callable[[int, int], None]
"""Called as `watch(done, wanted)` after each proposal, first with what was there before; it may raise to stop."""


@dataclass(frozen=True, slots=True)
class Made:
    """`total` proposals are in the file, `before` of them from an earlier time. `dropped` counts, by the reason, the
    sentences that gave no question this time. `exhausted` where no sentence is left to make one of."""

    total: int
    before: int
    dropped: Mapping[str, int]
    exhausted: bool


def unwatched(done: int, wanted: int) -> None:
    """For whoever does not want to know."""
    del done, wanted


def make_proposals(
    settings: Settings,
    file: Path,
    wanted: int,
    *,
    seed: int = 0,
    languages: Sequence[str] = (),
    model: LanguageModel | None = None,
    watch: Watch = unwatched,
) -> Made:
    """Writes proposals over the index of the settings until `wanted` are in the file, or goes on where it was stopped.

    Only over articles in these `languages`, if any are named. Raises ProposalsRefused where what is in the file was
    made with something else; LanguageModelFailed; FiltersInvalid, and the errors of the index.
    """
    index = open_index(indexed_embedder(settings))
    listed = place_of(settings).listed(condition=filters_of(languages).condition(), count=ALL).articles
    with index.snapshot() as snapshot:
        articles = content_fingerprint(snapshot)
    by = settings.llm_model if model is not None else "sentences"
    made = {"seed": seed, "languages": sorted(set(languages)), "by": by, "articles": articles}
    write = ModelDrafts(model) if model is not None else _from_sentences(seed)
    facts = spread_facts(listed, seed, lambda article_id: _article(index, article_id))
    with open_proposals(file) as held:
        _check(held, made)
        return _fill(held, facts, wanted, made, write, watch, 1 if model is not None else WRITTEN_TOGETHER)


def _article(index: PassageIndex, article_id: str) -> Article | None:
    """In a snapshot of its own: a model may take hours for all of them."""
    with index.snapshot() as snapshot:
        return snapshot.find_article(article_id)


def _from_sentences(seed: int) -> DraftMaker:
    def write(fact: Fact) -> Draft:
        draft = draft_of(fact, _random(seed, fact))
        if draft is None:
            raise DraftDropped("the sentence holds nothing to ask for")
        return draft

    return write


def _check(held: ProposalFile, made: Mapping[str, Any]) -> None:
    for proposal in held.proposals:
        changed = differences(proposal.made, made)
        if changed:
            raise ProposalsRefused(
                f"The proposals in {held.file} were made with something else, and others would not go on from them: "
                f"{'; '.join(changed)}. Name another file with --out."
            )


def _fill(
    held: ProposalFile,
    facts: Iterator[Fact],
    wanted: int,
    made: Mapping[str, Any],
    write: DraftMaker,
    watch: Watch,
    together: int,
) -> Made:
    before = total = len(held.proposals)
    unanswerable = sum(not each.draft.answerable for each in held.proposals)
    first = max((each.candidate for each in held.proposals), default=-1) + 1
    others, dropped = OtherNames(), Counter[str]()
    waiting: list[Proposal] = []
    watch(total, wanted)
    try:
        for candidate, fact in enumerate(facts if total < wanted else ()):
            if candidate >= first:
                try:
                    draft = write(fact)
                except DraftDropped as reason:
                    dropped[str(reason)] += 1
                else:
                    total += 1
                    if unanswerable < int(total * UNANSWERABLE):
                        draft = others.swapped(draft, fact, _random(made["seed"], fact)) or draft
                        unanswerable += not draft.answerable
                    waiting.append(_proposal(f"proposal-{total:04d}", fact, draft, candidate, made))
                    if len(waiting) == together:
                        held.put(*waiting)
                        waiting.clear()
                    watch(total, wanted)
            others.add(fact)
            if total >= wanted:
                break
    finally:
        if waiting:
            held.put(*waiting)
    return Made(total, before, dict(sorted(dropped.items())), total < wanted)


def _proposal(proposal_id: str, fact: Fact, draft: Draft, candidate: int, made: Mapping[str, Any]) -> Proposal:
    return Proposal(
        id=proposal_id,
        question=draft.question,
        language=fact.article.language,
        answerable=draft.answerable,
        answers=draft.answers,
        status="proposed",
        sentence=Sentence(fact.article.id, fact.span.start, fact.span.end, fact.quote),
        draft=draft,
        candidate=candidate,
        made=dict(made),
    )


def _random(seed: int, fact: Fact) -> Random:
    return Random(f"draft {seed} {fact.article.id} {fact.span.start}")
