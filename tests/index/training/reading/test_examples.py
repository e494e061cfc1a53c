"""Examples of reading are seeded, and the wrong ones are near misses."""

from index.training.reading.corpus import Corpus
from index.training.reading.examples import ReadingExample, ReadingExamples


def drawn(corpus: Corpus, seed: int, times: int = 60) -> list[list[ReadingExample]]:
    maker = ReadingExamples(corpus, seed)
    return [found for _ in range(times) if (found := maker.draw())]


def test_questions_of_the_texts_are_no_sentences(corpus: Corpus) -> None:
    assert len(corpus.pairs) == 5
    assert not any("?" in pair.english for pair in corpus.pairs)


def test_the_same_seed_gives_the_same_examples(corpus: Corpus) -> None:
    assert drawn(corpus, 3) == drawn(corpus, 3)
    assert drawn(corpus, 3) != drawn(corpus, 4)


def test_one_sentence_answers_and_at_most_two_do_not(corpus: Corpus) -> None:
    groups = drawn(corpus, 5)
    assert len(groups) > 20
    for group in groups:
        assert [one.answers for one in group] == [True] + [False] * (len(group) - 1)
        assert len(group) <= 3
        assert all(one.question and one.sentence for one in group)
        # A wrong one differs from the right one in the question or in the sentence, not only in how it is typed.
        assert all(
            wrong.question.lower() != group[0].question.lower() or wrong.sentence != group[0].sentence
            for wrong in group[1:]
        )


def test_everyday_names_are_given_other_names(corpus: Corpus) -> None:
    questions = " ".join(one.question for group in drawn(corpus, 6, 200) for one in group).lower().split()
    assert "tom" not in questions
    assert "mary" not in questions


def test_questions_and_sentences_meet_across_languages(corpus: Corpus) -> None:
    examples = [one for group in drawn(corpus, 7, 200) for one in group if one.answers]
    french = {word for text in (pair.other for pair in corpus.pairs) for word in text.lower().split()}
    english = {"how", "when", "who", "what", "where", "why", "which", "on", "in", "since"}
    across = [
        one
        for one in examples
        if one.question.lower().split()[0] in english and len(french & set(one.sentence.lower().split())) > 3
    ]
    assert len(across) > 10
