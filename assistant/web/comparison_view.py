"""What the page for evaluators shows of two runs: which is better, how surely, and what was won and lost."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.web import escaping
from assistant.web.evaluation_view import RIGHT, table_html
from assistant.web.messages import Messages
from assistant.web.page_frame import message_html

if TYPE_CHECKING:
    from eval.compare import Change, ChangedQuestion, Comparison

QUESTIONS_SHOWN = 100
NAMED = 5

_VERDICTS = {"better": "better", "worse": "worse", "no difference shown": "same"}


def comparison_html(comparison: "Comparison", messages: Messages) -> str:
    """First the verdict on right answers, then every figure, then the questions that changed."""
    parts = [message_html(_verdict(comparison, messages))]
    parts += [f'<p class="quiet" dir="auto">{escaping.text(each)}</p>' for each in _not_the_same(comparison, messages)]
    columns = ("figure", "earlier", "later", "difference", "interval", "p", "verdict")
    rows = "".join(_row(change, messages) for change in comparison.changes)
    parts.append(
        table_html(
            messages.say("evaluation_compared", questions=messages.number(comparison.questions)),
            [messages.say(f"evaluation_column_{column}") for column in columns],
            rows,
        )
    )
    for kind, questions in (("won", comparison.won), ("lost", comparison.lost)):
        parts.append(_turned(kind, questions, messages))
    return "".join(parts)


def _verdict(comparison: "Comparison", messages: Messages) -> str:
    for change in comparison.changes:
        if change.measure == RIGHT:
            return messages.say(
                f"evaluation_verdict_{_VERDICTS[change.verdict]}",
                first=messages.share(change.first),
                second=messages.share(change.second),
                difference=messages.share(change.difference.mean, signed=True),
                low=messages.share(change.difference.low, signed=True),
                high=messages.share(change.difference.high, signed=True),
                p=messages.share(change.p_adjusted),
                won=messages.number(len(comparison.won)),
                lost=messages.number(len(comparison.lost)),
            )
    return messages.say("evaluation_compared", questions=messages.number(comparison.questions))


def _not_the_same(comparison: "Comparison", messages: Messages) -> list[str]:
    told = [
        messages.say(key, questions=messages.number(len(ids)), ids=", ".join(ids[:NAMED]) + ("…" * (len(ids) > NAMED)))
        for key, ids in (
            ("evaluation_only_earlier", comparison.only_first),
            ("evaluation_only_later", comparison.only_second),
        )
        if ids
    ]
    return told + [messages.say("evaluation_not_the_same", what=each) for each in comparison.other]


def _row(change: "Change", messages: Messages) -> str:
    found = change.difference
    verdict = messages.say(f"evaluation_{_VERDICTS[change.verdict]}")
    if change.fell_too_far:
        verdict += f"; {messages.say('evaluation_fell', allowance=messages.share(change.allowance))}"
    low, high = (messages.share(value, signed=True) for value in (found.low, found.high))
    cells = (
        messages.share(change.first),
        messages.share(change.second),
        messages.share(found.mean, signed=True),
        messages.say("evaluation_range", low=low, high=high),
        messages.share(change.p_adjusted),
        escaping.text(verdict),
    )
    return (
        f'<tr><th scope="row" lang="en">{escaping.text(change.measure)}</th>'
        f"{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    )


def _turned(kind: str, questions: Sequence["ChangedQuestion"], messages: Messages) -> str:
    heading = escaping.text(messages.say(f"evaluation_{kind}", questions=messages.number(len(questions))))
    if not questions:
        return f"<h3>{heading}</h3>"
    listed = "".join(_question(one, messages) for one in questions[:QUESTIONS_SHOWN])
    left = len(questions) - QUESTIONS_SHOWN
    more = (
        f"<p>{escaping.text(messages.say('evaluation_more', questions=messages.number(left)))}</p>" if left > 0 else ""
    )
    return f'<h3>{heading}</h3><div class="evaluation-{kind}">{listed}</div>{more}'


def _question(one: "ChangedQuestion", messages: Messages) -> str:
    answers = "".join(
        f"<dt>{escaping.text(messages.say(f'evaluation_column_{run}'))}, "
        f"{escaping.text(messages.say(f'evaluation_outcome_{outcome}'))}</dt>"
        f'<dd dir="auto">{escaping.text(answer)}</dd>'
        for run, outcome, answer in (
            ("earlier", one.first, one.first_answer),
            ("later", one.second, one.second_answer),
        )
    )
    return (
        f'<details><summary><span dir="auto">{escaping.text(one.question)}</span> '
        f'<span class="quiet">{escaping.text(one.id)}</span></summary><dl>{answers}</dl></details>'
    )
