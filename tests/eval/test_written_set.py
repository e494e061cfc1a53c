"""The written passages as a question set: what answers stands where it is said to."""

from eval.written_set import written_set
from index.training.reading.written import read_passages


def test_each_answer_is_a_sentence_of_its_article() -> None:
    questions, articles = written_set(12)
    by_id = {article.id: article for article in articles}
    assert len(articles) == 12
    answered = [question for question in questions if question.answerable]
    assert len(questions) > len(answered) > 0
    for question in answered:
        for gold in question.gold:
            span = gold.span(by_id[gold.article].text)
            assert span is not None
            assert by_id[gold.article].text[span.start : span.end].strip()
    assert all(not question.gold and question.kind == "near-miss" for question in questions if not question.answerable)


def test_names_are_filled_in_and_the_set_is_the_same_every_time() -> None:
    questions, articles = written_set(12)
    assert (questions, articles) == written_set(12)
    assert not any("{" in text for text in [question.question for question in questions] + [a.text for a in articles])


def test_only_passages_that_no_training_saw_are_asked() -> None:
    held = {len(passage.questions) for passage in read_passages() if passage.is_held_out}
    questions, articles = written_set()
    assert len(articles) == sum(passage.is_held_out for passage in read_passages())
    counts = {article.id: sum(question.id.startswith(article.id) for question in questions) for article in articles}
    assert set(counts.values()) == held
