"""Language models through LlamaIndex's classes: servers that speak as OpenAI's does, and Ollama.

The only file that knows LlamaIndex's language models and the libraries below them, which are imported in the background
when a model is set. Time-outs and retries are those of `assistant.language_models.model_requests`; those of the
libraries are switched off: they would multiply, and do not tell what happened before the first word from what happened
later.
"""

import json
import threading
from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from assistant.language_models.model_requests import CONNECT_SECONDS, Fault, Limits, Piece, ServedLanguageModel
from assistant.settings import Settings
from assistant.types import LanguageModel, Message

if TYPE_CHECKING:
    import httpx
    from llama_index.core.llms import LLM, ChatMessage

OLLAMA_ADDRESS = "http://127.0.0.1:11434"

MOST_OLLAMA_TOKENS = 8192
"""Ollama reserves memory for the whole context that a request names; a model's own limit may be many gigabytes."""

_CONTEXT_NAMES = ("max_model_len", "context_length", "context_window", "max_context_length", "n_ctx")
"""How servers call it in an entry of `/models`: vLLM, hosted ones, LM Studio, llama.cpp."""

_LONGEST_QUOTED = 200
_NEXT_STEPS = {
    400: "See whether ASSISTANT_LLM_MODEL is right, and set ASSISTANT_LLM_CONTEXT_TOKENS if the prompt was too long.",
    401: "Set ASSISTANT_LLM_API_KEY to a key that it accepts.",
    403: "Set ASSISTANT_LLM_API_KEY to a key that it accepts.",
    404: "Correct ASSISTANT_LLM_BASE_URL (many end in /v1) or ASSISTANT_LLM_MODEL.",
    429: "Ask again later, or raise the limits of its server.",
}


def open_language_model(settings: Settings) -> LanguageModel | None:
    """The language model that is set, or None. Connects to nothing; begins to import what the first request needs."""
    if settings.llm == "none" or settings.llm_model is None:
        return None
    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else ""
    limits = Limits(
        settings.llm_timeout_seconds, settings.llm_retries, settings.llm_answer_tokens, settings.llm_context_tokens
    )
    server: OllamaServer | OpenAILikeServer
    if settings.llm == "ollama":
        server = OllamaServer(settings.llm_base_url or OLLAMA_ADDRESS, settings.llm_model, key, limits)
    else:
        server = OpenAILikeServer(settings.llm_base_url or "", settings.llm_model, key, limits)
    threading.Thread(target=server.prepare, name="language-model-imports", daemon=True).start()
    return ServedLanguageModel(server, limits)


class _Addressed:
    """What is known of a model before its server is asked."""

    def __init__(self, address: str, model: str, key: str, limits: Limits) -> None:
        self.name = f"The language model {model!r} at {address}"
        self._address = address
        self._model = model
        self._key = key
        self._limits = limits


class OpenAILikeServer(_Addressed):
    """A server with OpenAI's `/chat/completions`: llama.cpp, vLLM, `transformers serve`, hosted ones."""

    def prepare(self) -> None:
        import llama_index.llms.openai_like  # noqa: F401

    async def open_stream(self, messages: Sequence[Message]) -> AsyncGenerator[Piece, None]:
        import httpx
        from llama_index.llms.openai_like import OpenAILike

        async with httpx.AsyncClient(timeout=_time_outs()) as http:
            construct: Any = OpenAILike  # whose constructor is that of a class above it
            model = construct(
                model=self._model,
                api_base=self._address,
                api_key=self._key or "none",  # without one, that of the environment would be sent to any server
                is_chat_model=True,
                temperature=0.0,
                max_tokens=self._limits.answer_tokens,
                max_retries=0,
                async_http_client=http,
            )
            async for text, raw in _chat(model, messages, timeout=_time_outs()):
                choices = getattr(raw, "choices", None)
                yield Piece(text, choices[0].finish_reason if choices else None)

    async def context_tokens(self) -> int | None:
        """From `/models`, where most servers tell it, or from llama.cpp's `/props`."""
        import httpx

        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        async with httpx.AsyncClient(timeout=_time_outs(), headers=headers) as http:
            listed = await http.get(f"{self._address}/models")
            told = context_of(listed.json(), self._model) if listed.is_success else None
            if told is None:
                properties = await http.get(f"{self._address.removesuffix('/v1')}/props")
                told = _context_of_props(properties.json()) if properties.is_success else None
        return told

    def fault(self, error: Exception) -> Fault:
        import openai

        if isinstance(error, openai.APIStatusError):
            asked = retry_after(error.response.headers.get("retry-after"))
            return _status_fault(error.status_code, _told(error.response.text, self._key), asked)
        if isinstance(error, openai.APIConnectionError):
            return _connection_fault(error.__cause__ or error)
        if isinstance(error, openai.APIError):  # an error that the stream itself holds
            return Fault(f"reported an error: {_told(error.message, self._key)}.", "See the log of its server.")
        return _fault_of_stream(error)


class OllamaServer(_Addressed):
    """Ollama's own API, which takes the size of the context with each request."""

    def __init__(self, address: str, model: str, key: str, limits: Limits) -> None:
        super().__init__(address, model, key, limits)
        self._context = limits.context_tokens

    def prepare(self) -> None:
        import llama_index.llms.ollama  # noqa: F401

    async def open_stream(self, messages: Sequence[Message]) -> AsyncGenerator[Piece, None]:
        from llama_index.llms.ollama import Ollama

        async with self._client() as client:
            model = Ollama(
                model=self._model,
                base_url=self._address,
                temperature=0.0,
                context_window=self._context or MOST_OLLAMA_TOKENS,
                additional_kwargs={"num_predict": self._limits.answer_tokens},
                async_client=client,
            )
            async for text, raw in _chat(model, messages):
                yield Piece(text, (raw.get("done_reason") or "stop") if raw.get("done") else None)

    async def context_tokens(self) -> int | None:
        """The model's own limit, or what is sensible to reserve, whichever is less."""
        async with self._client() as client:
            shown = await client.show(self._model)
        lengths = [value for name, value in (shown.modelinfo or {}).items() if name.endswith(".context_length")]
        self._context = min([MOST_OLLAMA_TOKENS, *filter(_is_size, lengths)])
        return self._context

    def fault(self, error: Exception) -> Fault:
        import ollama

        if isinstance(error, ollama.ResponseError) and error.status_code > 0:
            return _status_fault(error.status_code, _told(error.error, self._key), None)
        if isinstance(error, ollama.ResponseError):
            return Fault(f"reported an error: {_told(error.error, self._key)}.", "See the log of its server.")
        return _fault_of_stream(error)

    def _client(self) -> Any:
        import ollama

        headers = {"authorization": f"Bearer {self._key}" if self._key else "none"}
        return ollama.AsyncClient(host=self._address, timeout=_time_outs(), headers=headers)


async def _chat(model: "LLM", messages: Sequence[Message], **options: Any) -> AsyncGenerator[tuple[str, Any], None]:
    """Each piece of text with what the server sent for it; the text is empty while a model thinks aloud."""
    async for response in await model.astream_chat([_chat_message(message) for message in messages], **options):
        yield response.delta or "", response.raw


def _chat_message(message: Message) -> "ChatMessage":
    from llama_index.core.llms import ChatMessage

    return ChatMessage(role=message.role, content=message.text)


def _time_outs() -> "httpx.Timeout":
    """Of the connection only: how long a server may be silent is watched over all that it sends, not byte by byte."""
    import httpx

    return httpx.Timeout(None, connect=CONNECT_SECONDS)


def _status_fault(status: int, told: str, asked: float | None) -> Fault:
    passing = status in (408, 425, 429) or status >= 500
    next_step = _NEXT_STEPS.get(status, "See the log of its server.")
    return Fault(f"answered with status {status}: {told or 'no reason given'}.", next_step, passing, asked)


def _connection_fault(error: BaseException) -> Fault:
    return Fault(
        f"cannot be reached or broke the connection ({type(error).__name__}: {_told(str(error), '')}).",
        "Start its server, or correct ASSISTANT_LLM_BASE_URL.",
        passing=True,
    )


def _fault_of_stream(error: Exception) -> Fault:
    import httpx

    if isinstance(error, httpx.TransportError | ConnectionError):
        return _connection_fault(error)
    # What a server sends is read by LlamaIndex without checks, so that malformed chunks raise whatever they lead to.
    return Fault(
        f"sent something that cannot be understood ({type(error).__name__}).",
        "See whether ASSISTANT_LLM and ASSISTANT_LLM_BASE_URL fit its server.",
    )


def _told(text: str, key: str) -> str:
    """What a server says about an error: one short line, without the key, which some repeat."""
    try:
        content = json.loads(text)
    except ValueError:
        content = text
    if isinstance(content, Mapping):
        content = content.get("error") or content.get("detail") or content.get("message") or text
    if isinstance(content, Mapping):
        content = content.get("message") or text
    line = "".join(character if character.isprintable() else " " for character in str(content))
    line = " ".join(line.split()).rstrip(".")
    return (line.replace(key, "***") if key else line)[:_LONGEST_QUOTED]


def retry_after(header: str | None, now: datetime | None = None) -> float | None:
    """Seconds that a `Retry-After` header asks to wait, given as seconds or as a date (RFC 9110, 10.2.3)."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        date = parsedate_to_datetime(header)
    except ValueError:
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())


def context_of(listed: Any, model: str) -> int | None:
    """How many tokens the answer of `/models` gives to `model`, or to the only one there is; None if it does not."""
    entries = listed.get("data") if isinstance(listed, Mapping) else None
    models = [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []
    named = [entry for entry in models if entry.get("id") == model] or (models if len(models) == 1 else [])
    for entry in named:
        meta = entry.get("meta")
        for held in (entry, meta if isinstance(meta, Mapping) else {}):
            for name in _CONTEXT_NAMES:
                if _is_size(held.get(name)):
                    return int(held[name])
    return None


def _context_of_props(properties: Any) -> int | None:
    defaults = properties.get("default_generation_settings") if isinstance(properties, Mapping) else None
    size = defaults.get("n_ctx") if isinstance(defaults, Mapping) else None
    return int(size) if size is not None and _is_size(size) else None


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and 256 <= value <= 100_000_000
