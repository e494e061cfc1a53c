"""Whether what would be quoted bears on a follow-up's own words, and not only on what was carried over to it.

"who pays for their transport?" after a question about IRIS-T systems is searched for with "IRIS-T": sentences about
these systems meet those words whether they tell who pays or not.
"""

from dataclasses import replace

from assistant.extractive import Selection
from assistant.quoting.finding import Weighing

NEARER_THAN_CHANCE = 0.09
"""Cosine of a follow-up to a passage under its title, by the sentence model. Of follow-ups and passages of unrelated
laws two thirds are less alike; docs/conversation.md tells what the threshold was chosen on."""


def bearing_on(own: str, selection: Selection, language: str, weighing: Weighing) -> Selection:
    """The selection; as one that does not answer where the best quote has nothing to do with `own`, what was typed."""
    if selection.abstained:
        return selection
    best = selection.quotes[0].sentences[0]
    evidence = weighing.weigh(own, [best], language)[0]
    if evidence.passage_cosine >= NEARER_THAN_CHANCE:
        return selection
    confidence = min(selection.confidence, weighing.calibration.probability(evidence))
    return replace(selection, abstained=True, confidence=confidence, differing=frozenset())
