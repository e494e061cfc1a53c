"""What OpenAI's chat completions send and get, as far as it means anything here."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.server.api.bodies import LONGEST_TURN, MOST_TURNS
from assistant.server.api.problems import Problem
from assistant.types import Turn
from assistant.web import escaping
from assistant.web.chat import QUESTION_LIMIT

MODEL = "article-assistant"
MOST_MESSAGES = 1_000


class Part(BaseModel):
    """A part of a message. Only text can be read."""

    type: str
    text: str = ""


class Message(BaseModel):
    """A message of any role; `system`, `developer` and `tool` are passed over."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    def text(self) -> str:
        """Raises Problem, 422, for what is no text."""
        if isinstance(self.content, list):
            other = next((part.type for part in self.content if part.type not in ("text", "refusal")), None)
            if other is not None:
                raise Problem(422, f"A message holds a part of the type {other!r:.40}. Send text.", "not_text")
            return escaping.clean("\n".join(part.text for part in self.content))
        return escaping.clean(self.content or "")


class ChatBody(BaseModel):
    """Fields that steer a language model, such as `temperature` and `tools`, may be sent, and change nothing."""

    model_config = ConfigDict(extra="allow")

    model: str = Field(MODEL, max_length=200)
    messages: Annotated[list[Message], Field(min_length=1, max_length=MOST_MESSAGES)]
    stream: bool | None = False
    n: Literal[1] | None = None

    def question(self) -> str:
        """The last message, which must be the user's. Raises Problem, 422."""
        last = self.messages[-1]
        if last.role != "user":
            raise Problem(422, f"The last message is of the role {last.role!r}, and not the user's.", "no_question")
        question = last.text()
        if len(question) > QUESTION_LIMIT:
            detail = f"The question has {len(question)} characters; at most {QUESTION_LIMIT} can be asked."
            raise Problem(422, detail, "question_refused")
        return question

    def history(self) -> tuple[Turn, ...]:
        """The last MOST_TURNS questions before it that got an answer; what is too long is cut."""
        turns: list[Turn] = []
        asked = ""
        for message in self.messages[:-1]:
            if message.role == "user":
                asked = message.text()
            elif message.role == "assistant" and asked:
                turns.append(Turn(asked[:QUESTION_LIMIT], message.text()[:LONGEST_TURN]))
                asked = ""
        return tuple(turns[-MOST_TURNS:])


class ModelObject(BaseModel):
    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "article-assistant"


class ModelsObject(BaseModel):
    object: Literal["list"] = "list"
    data: list[ModelObject] = [ModelObject()]


class CompletionObject(BaseModel):
    """`citations`, `abstained` and `searched_for` are those of `POST /api/v1/ask`."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[dict[str, Any]]
    citations: list[dict[str, Any]]
    abstained: bool
    searched_for: str
