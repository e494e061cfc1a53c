"""Examples for the page of the API: a question over `seeds/`, its answer, and what is found, kept and refused."""

from typing import Any

ARTICLE = "en/germany-pledges.txt"
QUESTION = "what did Germany pledge?"
TITLE = "Germany adds air defence and ammunition, but no Patriots"
QUOTE = "Berlin will send Ukraine four more IRIS-T air defence systems and 10,000 rounds of artillery ammunition."
START = 66

ANSWER: dict[str, Any] = {
    "question": QUESTION,
    "searched_for": QUESTION,
    "language": "en",
    "answer": f"The articles say:\n\n“{QUOTE}” [1]",
    "abstained": False,
    "citations": [
        {
            "number": 1,
            "article": ARTICLE,
            "title": TITLE,
            "date": None,
            "url": None,
            "start": START,
            "end": START + len(QUOTE),
            "quote": QUOTE,
            "language": "en",
        }
    ],
    "passages": [{"article": ARTICLE, "start": START, "end": START + len(QUOTE), "score": 0.71}],
    "mode": "extractive",
    "index_generation": 3,
    "timings_ms": {"retrieve": 21.4, "answer": 38.2, "total": 59.6},
    "notices": [],
    "statements": [],
}
FOUND: dict[str, Any] = {
    "query": "Patriot",
    "hits": [
        {
            "article": ARTICLE,
            "title": TITLE,
            "start": START,
            "end": START + len(QUOTE),
            "text": QUOTE,
            "score": 0.71,
        }
    ],
}
FEEDBACK: dict[str, Any] = {
    "answer": ANSWER,
    "good": False,
    "reason": "incomplete",
    "remark": "By when?",
}
PROBLEM: dict[str, Any] = {
    "title": "Not Found",
    "status": 404,
    "detail": "The index holds no article 'en/nowhere.txt'.",
    "code": "article_unknown",
    "error": {
        "message": "The index holds no article 'en/nowhere.txt'.",
        "type": "invalid_request_error",
        "code": "article_unknown",
        "param": None,
    },
}


def answered_with(example: dict[str, Any]) -> dict[str, Any]:
    """The example as a part of a route's `responses`."""
    return {"application/json": {"example": example}}
