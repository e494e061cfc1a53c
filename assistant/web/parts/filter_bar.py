"""What the next question is narrowed to: chosen with Gradio's own fields, shown, removable, and kept in the link."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from assistant.errors import FiltersInvalid
from assistant.filters import EVERYTHING, Filters, filters_of, from_query, to_query
from assistant.identity.asker import Asker
from assistant.web import escaping
from assistant.web.conversation import Exchange
from assistant.web.engine_slot import EngineSlot
from assistant.web.messages import Messages
from assistant.web.page import asker_in, messages_of, plain_html, static_text
from assistant.web.page_parts import Surroundings
from index.errors import AssistantIndexError
from index.facets import Facets


@dataclass(frozen=True, slots=True)
class FilterBar:
    """A `PagePart`. What there is to choose from is read anew whenever the page is opened."""

    slot: EngineSlot

    @property
    def styles(self) -> str:
        return static_text("filters.css")

    def answer_html(self, exchange: Exchange, messages: Messages) -> str:
        """What the question was narrowed to; nothing where it was not."""
        named = ", ".join(label for _, _, label in chips(exchange.filters, messages))
        said = escaping.text(messages.say("filtered_to", filters=named))
        return f'<p class="filtered-to"><bdi>{said}</bdi></p>' if named else ""

    def build(self, around: Surroundings) -> None:
        import gradio as gr

        def opened(request: gr.Request) -> tuple[Any, ...]:
            messages = messages_of(request)
            facets = self._facets(asker_in(request))
            filters, problem = EVERYTHING, ""
            try:
                filters = from_query(request.query_params.multi_items())
            except FiltersInvalid as error:
                problem = str(error)
            useful = filters or len(facets.languages) > 1 or len(facets.sources) > 1 or facets.earliest is not None
            panel = gr.Accordion(label=messages.say("filters"), visible=bool(useful))
            shown = bar_html(filters, messages, problem)
            return filters, shown, panel, dates_html(facets, messages), *_chosen(filters, facets, messages)

        def choose(filters: Filters, languages: list[str], sources: list[str], request: gr.Request) -> tuple[Any, Any]:
            return changed(filters, request, languages=languages, sources=sources)

        def choose_dates(filters: Filters, request: gr.Request, event: gr.EventData) -> tuple[Any, Any]:
            days = {"earliest": event._data.get("from"), "latest": event._data.get("to")}
            return changed(filters, request, **{name: str(day or "") for name, day in days.items()})

        def changed(filters: Filters, request: gr.Request, **change: Any) -> tuple[Any, Any]:
            messages = messages_of(request)
            try:
                chosen = filters_of(**{field.name: getattr(filters, field.name) for field in fields(Filters)} | change)
            except FiltersInvalid as error:
                return gr.skip(), bar_html(filters, messages, str(error))
            return chosen, bar_html(chosen, messages)

        def remove(filters: Filters, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
            left = without(filters, str(event._data.get("name")), str(event._data.get("value")))
            return left, bar_html(left, messages_of(request)), list(left.languages), list(left.sources)

        bar = plain_html("filter-bar", js_on_load=static_text("filters.js"))
        with gr.Accordion("", open=False, elem_id="filters", visible=False) as panel, gr.Row():
            languages = gr.Dropdown([], multiselect=True, interactive=True, elem_id="filter-language", min_width=140)
            sources = gr.Dropdown([], multiselect=True, interactive=True, elem_id="filter-source", min_width=140)
            dates = plain_html("filter-dates")
        quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        latest: dict[str, Any] = {"trigger_mode": "always_last", **quick}
        state = [around.filters, bar]
        around.blocks.load(opened, None, [*state, panel, dates, languages, sources], **quick)
        for field in (languages, sources):
            field.input(choose, [around.filters, languages, sources], state, **latest)
        bar.dates(choose_dates, around.filters, state, **latest)
        bar.remove(remove, around.filters, [*state, languages, sources], **quick)

    def _facets(self, asker: Asker) -> Facets:
        engine = self.slot.engine_for(asker)
        try:
            return engine.facets() if engine else Facets()
        except AssistantIndexError:  # the page itself says what is wrong
            return Facets()


def chips(filters: Filters, messages: Messages) -> Iterator[tuple[str, str, str]]:
    """Name, value and label, as plain text, of each thing that is narrowed to."""
    for language in filters.languages:
        yield "language", language, language_label(language, messages)
    if filters.earliest:
        yield "from", filters.earliest, messages.say("from_date", date=messages.date(filters.earliest))
    if filters.latest:
        yield "to", filters.latest, messages.say("to_date", date=messages.date(filters.latest))
    for source in filters.sources:
        yield "source", source, source


def without(filters: Filters, name: str, value: str) -> Filters:
    """The filters without one of their chips; unchanged where it is none of them."""
    if name == "from":
        return replace(filters, earliest=None)
    if name == "to":
        return replace(filters, latest=None)
    return replace(
        filters,
        languages=tuple(each for each in filters.languages if (name, value) != ("language", each)),
        sources=tuple(each for each in filters.sources if (name, value) != ("source", each)),
    )


def bar_html(filters: Filters, messages: Messages, problem: str = "") -> str:
    """The chips, each with a button that removes it, what is wrong with the last choice, and the part of the link."""
    made = "".join(
        f'<li class="filter-chip"><bdi>{escaping.text(label)}</bdi><button type="button" data-unfilter="{name}"'
        f' data-value="{escaping.attribute(value, 400)}"'
        f' aria-label="{escaping.attribute(messages.say("filter_remove", filter=label), 400)}">×</button></li>'
        for name, value, label in chips(filters, messages)
    )
    label = escaping.attribute(messages.say("filters"))
    listed = f'<ul aria-label="{label}">{made}</ul>' if made else ""
    wrong = f'<p class="notice" role="alert" dir="auto">{escaping.text(problem)}</p>' if problem else ""
    query = escaping.attribute(urlencode(to_query(filters)), 100_000)
    return f'<div class="filter-bar" lang="{messages.language}" data-query="{query}">{listed}{wrong}</div>'


def dates_html(facets: Facets, messages: Messages) -> str:
    """The two fields of dates, which the script fills, with the first and the last date that there is."""
    if facets.earliest is None:
        return ""
    made = "".join(
        f'<label>{escaping.text(messages.say(f"filter_{name}"))} <input type="date" name="{name}"'
        f' min="{escaping.attribute(facets.earliest)}" max="{escaping.attribute(facets.latest or "")}"></label>'
        for name in ("from", "to")
    )
    return f'<form class="filter-dates" lang="{messages.language}" novalidate>{made}</form>'


def language_label(code: str, messages: Messages) -> str:
    """ "French" for "fr", in the page's language; what has no name is shown as it is."""
    return messages.say("language_unknown") if code == "und" else messages.language_name(code) or code


def _chosen(filters: Filters, facets: Facets, messages: Messages) -> tuple[Any, Any]:
    """The two lists to choose from: what the collection has, with its number of articles, and what is chosen."""
    import gradio as gr

    def choices(counted: Mapping[str, int], chosen: Sequence[str], labels: Mapping[str, str]) -> list[tuple[str, str]]:
        known = {**counted, **dict.fromkeys((each for each in chosen if each not in counted), 0)}
        return [(f"{labels.get(each, each)} ({messages.number(number)})", each) for each, number in known.items()]

    names = {code: language_label(code, messages) for code in (*facets.languages, *filters.languages)}
    return (
        gr.Dropdown(
            label=messages.say("filter_language"),
            choices=choices(facets.languages, filters.languages, names),
            value=list(filters.languages),
        ),
        gr.Dropdown(
            label=messages.say("filter_source"),
            choices=choices(facets.sources, filters.sources, {}),
            value=list(filters.sources),
        ),
    )
