"""Whether the search brought what answers: hit@k, recall@k, MRR and nDCG, by article and by passage.

The figures are trec_eval's, through pytrec_eval (docs/decisions/0100): its success, recall, recip_rank and ndcg_cut.
Lists are as long as the answer's list of passages, so that MRR is over as many, too.
"""

from collections.abc import Mapping, Sequence

from assistant.types import PassageReference
from eval.gold import FoundGold
from eval.metrics.holding import held_by
from index.types import Span

CUTS = (1, 3, 5, 10)

_MEASURES = {"hit": "success", "recall": "recall", "ndcg": "ndcg_cut"}
_GRADES = 2**31 - 1  # trec_eval's grades are C integers


def article_figures(
    passages: Sequence[PassageReference], gold: Sequence[FoundGold], cuts: Sequence[int] = CUTS
) -> Mapping[str, float]:
    """Figures over the articles of the passages, best first, each article once: `article hit@k`, `article recall@k`,
    `article ndcg@k` for each cut and `article mrr`; empty where there is no gold. An article's grade is the highest of
    its gold."""
    if not gold:
        return {}
    ranked = list(dict.fromkeys(passage.article for passage in passages))
    grades: dict[str, int] = {}
    for one in gold:
        grades[one.article] = max(one.relevance, grades.get(one.article, 0))
    return ranking_figures("article", ranked, grades, cuts)


def passage_figures(
    passages: Sequence[PassageReference], gold: Sequence[FoundGold], cuts: Sequence[int] = CUTS
) -> Mapping[str, float]:
    """Figures over the passages, best first: `passage hit@k`, `passage recall@k`, `passage ndcg@k` and `passage mrr`;
    empty where no gold span is narrower than an article.

    A passage is right that holds gold which none before it held. Recall counts the gold spans that the first k
    passages hold of all there are (subtopic recall: Zhai, Cohen and Lafferty 2003); a span that is found in several
    copies counts once. For nDCG, gold that was first held together is one thing to be found.
    """
    narrow = [one for one in gold if one.span is not None]
    if not narrow:
        return {}
    relevance = {one.number: one.relevance for one in narrow}
    left, names, held_until = set(relevance), [], []
    grades: dict[str, int] = {}
    for rank, passage in enumerate(passages, start=1):
        new = held_by(passage.article, Span(passage.start, passage.end), narrow) & left
        names.append(f"passage {rank}")
        if new:
            grades[names[-1]] = max(relevance[number] for number in new)
        left -= new
        held_until.append(len(relevance) - len(left))
    grades |= {f"gold {number}": relevance[number] for number in left}
    figures = dict(ranking_figures("passage", names, grades, cuts))
    for cut in cuts:
        held = held_until[min(cut, len(held_until)) - 1] if held_until else 0
        figures[f"passage recall@{cut}"] = held / len(relevance)
    return figures


def rank_of_first(passages: Sequence[PassageReference], gold: Sequence[FoundGold]) -> int | None:
    """The rank, from 1, of the first passage that holds gold; None where none does."""
    for rank, passage in enumerate(passages, start=1):
        if held_by(passage.article, Span(passage.start, passage.end), gold):
            return rank
    return None


def ranking_figures(
    kind: str, ranked: Sequence[str], grades: Mapping[str, int], cuts: Sequence[int] = CUTS
) -> Mapping[str, float]:
    """`kind hit@k`, `kind recall@k`, `kind ndcg@k` and `kind mrr` of ids, best first and each once, against grades of
    1 and more; what has no grade is not relevant. Raises ValueError for an id that comes twice."""
    import pytrec_eval

    if len(set(ranked)) < len(ranked):
        raise ValueError("an id stands in the ranking twice")
    wanted = [f"{measure}.{','.join(map(str, cuts))}" for measure in _MEASURES.values()]
    judged = {"question": {name: min(grade, _GRADES) for name, grade in grades.items()}}
    run = {"question": {name: float(len(ranked) - place) for place, name in enumerate(ranked)}}
    found = pytrec_eval.RelevanceEvaluator(judged, {*wanted, "recip_rank"}).evaluate(run).get("question", {})
    figures = {f"{kind} mrr": float(found.get("recip_rank", 0.0))}
    for name, measure in _MEASURES.items():
        for cut in cuts:
            figures[f"{kind} {name}@{cut}"] = float(found.get(f"{measure}_{cut}", 0.0))
    return figures
