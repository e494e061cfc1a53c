"""The page of `assistant eval review`: one proposal at a time, with its passage and the sentence marked.

Its components are Gradio's; what is stored is the `Review`'s. What is decided on is told by the browser together with
the fields, so that a second press never decides on a proposal that nobody saw.
"""

from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError
from assistant.web.escaping import clean
from assistant.web.messages import Messages
from assistant.web.mounting import mount_page
from assistant.web.page import messages_of, plain_html, static_text
from assistant.web.review_view import blank_html, head_html, proposal_html, said_html, tally_html
from assistant.web.reviewing import Decision, Review
from index.errors import AssistantIndexError

if TYPE_CHECKING:
    import gradio
    from fastapi import FastAPI


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows: HTML, the texts of the fields, and the id of the proposal, "" where none waits."""

    tally: str
    passage: str
    question: str
    answers: str
    said: str
    id: str

    def values(self) -> tuple[str, ...]:
        return self.tally, self.passage, self.question, self.answers, self.said, self.id


def show(review: Review, messages: Messages, said: str = "", *, wrong: bool = False) -> Shown:
    """The first proposal that waits; `said` is what came of the last step. Raises what the review raises."""
    waits = review.waiting()
    article = review.article(waits.article) if waits else None
    nearest = review.nearest(waits.question) if waits and not waits.answerable else ()
    tally = review.tally()
    return Shown(
        tally=tally_html(tally, messages),
        passage=proposal_html(waits, article, nearest, messages, token_hex(4)),
        question=waits.question if waits else "",
        answers="\n".join(waits.answers) if waits else "",
        said=said_html(said or (messages.say("review_nothing") if not tally.total else ""), wrong=wrong),
        id=waits.id if waits else "",
    )


def decide(review: Review, proposal: str, decision: Decision, question: str, answers: str, messages: Messages) -> str:
    """Stores a decision. Returns what is wrong in words, "" where nothing is."""
    asked = " ".join(clean(question).split())
    if decision != "reject" and not asked:
        return messages.say("review_empty")
    right = [" ".join(line.split()) for line in clean(answers).split("\n")]
    return _told(lambda: review.decide(proposal, decision, asked, [line for line in right if line]))


def _told(work: Callable[[], object]) -> str:
    try:
        work()
    except (AssistantError, AssistantIndexError) as error:
        return str(error)
    return ""


def mount_review(app: "FastAPI", review: Review) -> "FastAPI":
    """`app` with the page at `/`."""
    styles = map(static_text, ("page.css", "collection.css", "review.css"))
    return mount_page(app, build(review), "/", styles, max_file_bytes=1)


def build(review: Review) -> "gradio.Blocks":
    """The page and its events."""
    import gradio as gr

    def next_one(messages: Messages, said: str = "", *, wrong: bool = False) -> tuple[Any, ...]:
        try:
            return show(review, messages, said, wrong=wrong).values()
        except (AssistantError, AssistantIndexError) as error:
            return *(gr.skip() for _ in range(4)), said_html(str(error), wrong=True), gr.skip()

    def opened(request: gr.Request) -> tuple[Any, ...]:
        messages = messages_of(request)
        names = ("accept", "reject", "unanswerable", "undo", "write")
        return (
            head_html(messages),
            *(gr.Button(messages.say(f"review_{name}")) for name in names),
            *next_one(messages),
        )

    def labels(request: gr.Request) -> tuple[Any, Any]:
        """Apart, since one update holds either the label of a field or its text."""
        messages = messages_of(request)
        return gr.Textbox(label=messages.say("review_question")), gr.Textbox(label=messages.say("review_answers"))

    def decided(decision: Decision) -> Callable[..., tuple[Any, ...]]:
        def step(proposal: str, question: str, answers: str, request: gr.Request) -> tuple[Any, ...]:
            messages = messages_of(request)
            problem = decide(review, proposal, decision, question, answers, messages) if proposal else ""
            if problem:  # what was typed stays
                return *(gr.skip() for _ in range(4)), said_html(problem, wrong=True), gr.skip()
            return next_one(messages)

        return step

    def undone(request: gr.Request) -> tuple[Any, ...]:
        messages = messages_of(request)
        found: list[bool] = []
        problem = _told(lambda: found.append(review.undo()))
        said = messages.say("review_undone" if any(found) else "review_nothing_to_undo")
        return next_one(messages, problem or said, wrong=bool(problem))

    def written(request: gr.Request) -> str:
        messages = messages_of(request)
        try:
            file, count = review.write_accepted()
        except (AssistantError, AssistantIndexError) as error:
            return said_html(str(error), wrong=True)
        return said_html(messages.say("review_written", count=messages.number(count), file=file))

    def look(question: str, request: gr.Request) -> str:
        return blank_html(question, messages_of(request))

    with gr.Blocks(title="Review", analytics_enabled=False, fill_width=True) as blocks:
        head = plain_html("review-head")
        tally = plain_html("review-tally")
        passage = plain_html("review-passage", js_on_load=static_text("review.js"))
        question = gr.Textbox(elem_id="review-question", interactive=True, lines=2, max_lines=6)
        blank = plain_html("review-blank")
        answers = gr.Textbox(elem_id="review-answers", interactive=True, lines=1, max_lines=6)
        identity = gr.Textbox(elem_id="review-id", visible="hidden")
        with gr.Row():
            accept = gr.Button("", elem_id="review-accept", variant="primary", min_width=120)
            reject = gr.Button("", elem_id="review-reject", min_width=120)
            unanswerable = gr.Button("", elem_id="review-unanswerable", min_width=120)
            undo = gr.Button("", elem_id="review-undo", min_width=120)
            write = gr.Button("", elem_id="review-write", min_width=120)
        said = plain_html("review-said")

        quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        view = [tally, passage, question, answers, said, identity]
        buttons = [accept, reject, unanswerable, undo, write]
        blocks.load(labels, None, [question, answers], **quick).then(opened, None, [head, *buttons, *view], **quick)
        fields = [identity, question, answers]
        accept.click(decided("accept"), fields, view, **quick)
        reject.click(decided("reject"), fields, view, **quick)
        unanswerable.click(decided("unanswerable"), fields, view, **quick)
        undo.click(undone, None, view, **quick)
        write.click(written, None, said, **quick)
        question.change(look, question, blank, trigger_mode="always_last", **quick)

    made: gradio.Blocks = blocks
    made.queue(api_open=False)
    return made
