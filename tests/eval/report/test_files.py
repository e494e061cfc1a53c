"""What a run leaves: metrics that can be compared, a table that opens in a spreadsheet, a page that opens anywhere."""

import csv
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from eval.errors import RunUnwritable
from eval.report.files import METRICS, REPORT, TABLE, write_results
from eval.report.page import flattened, report_html
from eval.report.plots import bar_chart, histogram, line_chart, whisker
from eval.report.question_view import question_view, remembering
from eval.runs.figures import summarise
from eval.runs.scored import scored
from eval.runs.scoring import scores_of
from index.types import Article
from tests.evaluations import ARTICLES, BASIS, COST, QUAY, outcome, quoting, right, single, write_run, wrong

HOSTILE = "</script></details><script>document.title='taken'</script><img src=x onerror=alert(1)>\"' {{ 7 * 7 }}"
OUTCOMES = [right("a", kind="what"), wrong("b", kind="who", answers=("samedi",))]


class Elements(HTMLParser):
    """All elements of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_run(tmp_path / "run", OUTCOMES)
    write_results(tmp_path / "run", ARTICLES.get, ["set.jsonl, line 3: not JSON."], {"started": "now"})
    return tmp_path / "run"


def metrics(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / METRICS).read_text(encoding="utf-8")))


def test_metrics_hold_the_figures_what_they_depend_on_and_what_could_not_be_used(folder: Path) -> None:
    found = metrics(folder)
    assert found["basis"] == BASIS
    assert found["problems"] == ["set.jsonl, line 3: not JSON."]
    assert (found["figures"]["right"]["mean"], found["figures"]["right"]["questions"]) == (0.5, 2)
    assert found["slices"]["type"]["who"]["right"]["mean"] == 0.0
    assert found["timings"]["started"] == "now"
    assert found["timings"]["milliseconds"]["p50"] == 2.0


def test_two_runs_of_the_same_have_the_same_metrics_but_for_their_timings(folder: Path, tmp_path: Path) -> None:
    slower = [replace(one, answer=replace(one.answer, timings_ms={"total": 70.0})) for one in OUTCOMES if one.answer]
    write_run(tmp_path / "again", slower)
    write_results(tmp_path / "again", ARTICLES.get, ["set.jsonl, line 3: not JSON."], {"started": "later"})
    first, second = metrics(folder), metrics(tmp_path / "again")
    assert first.pop("timings") != second.pop("timings")
    assert first == second


def test_the_table_has_a_row_a_question_with_every_figure(folder: Path) -> None:
    with (folder / TABLE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["id"], row["outcome"], row["type"], row["first gold rank"]) for row in rows] == [
        ("a", "right", "what", "2"),
        ("b", "wrong", "who", "2"),
    ]
    assert [(row["right"], row["passage mrr"], row["exact match"]) for row in rows] == [
        ("1", "0.5", ""),
        ("0", "0.5", "0"),
    ]
    start = QUAY.text.index(COST)
    assert rows[0]["cited"] == f"fr/quai.txt, {start}-{start + len(COST)}"


def test_no_cell_of_the_table_is_a_formula(tmp_path: Path) -> None:
    asked = single("=1+1", question='=HYPERLINK("https://evil.example")')
    write_run(tmp_path, [outcome(asked, quoting(asked.turns[0].question))])
    write_results(tmp_path, ARTICLES.get)
    with (tmp_path / TABLE).open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert "'=1+1" in cells


def test_the_page_shows_every_question_with_answer_gold_passages_and_ranks(folder: Path) -> None:
    page = Elements((folder / REPORT).read_text(encoding="utf-8"))
    questions = [attributes for tag, attributes in page.found if tag == "details"]
    assert [one["data-outcome"] for one in questions] == ["right", "wrong"]
    for text in (f"« {COST} » [1]", "gold at rank 2", "samedi", "Le maire est venu samedi.", "set.jsonl, line 3"):
        assert text in page.text
    assert sum(tag == "li" and attributes.get("class") == "gold" for tag, attributes in page.found) == 3
    assert "index content" in page.text


def test_questions_can_be_filtered_by_every_property_that_differs(folder: Path) -> None:
    page = Elements((folder / REPORT).read_text(encoding="utf-8"))
    keys = [attributes["data-property"] for tag, attributes in page.found if tag == "select"]
    assert keys == ["outcome", "property-0"]
    assert [attributes.get("data-property-0") for tag, attributes in page.found if tag == "details"] == ["what", "who"]


def test_the_page_asks_for_nothing_and_runs_only_its_own_script(folder: Path) -> None:
    text = (folder / REPORT).read_text(encoding="utf-8")
    page = Elements(text)
    assert [name for _, attributes in page.found for name in attributes if name in {"src", "href", "style"}] == []
    assert [tag for tag, _ in page.found if tag in {"script", "style"}] == ["style", "script"]
    policy = next(str(held["content"]) for tag, held in page.found if tag == "meta" and "http-equiv" in held)
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]{44}'; script-src 'sha256-[\w+/=]{44}'; "
        r"base-uri 'none'; form-action 'none'",
        policy,
    )


def test_hostile_texts_stay_texts_wherever_they_stand() -> None:
    article = Article(HOSTILE, HOSTILE, f"{HOSTILE}\n{QUAY.text}", "fr")
    asked = single("a", question=HOSTILE, answers=(HOSTILE,), kind=HOSTILE, language=HOSTILE)
    answer = quoting(HOSTILE)
    citation = replace(answer.citations[0], article=HOSTILE, quote=HOSTILE)
    passage = replace(answer.passages[0], article=HOSTILE, start=0, end=len(HOSTILE))
    answer = replace(answer, text=HOSTILE, citations=(citation,), passages=(passage,), searched_for=HOSTILE + " ")
    hostile = outcome(asked, answer, tags={HOSTILE: HOSTILE})
    hostile = replace(hostile, gold=(replace(hostile.gold[0], article=HOSTILE),), judged={HOSTILE: 1.0})
    outcomes = [hostile, right("b", kind="what")]
    basis = BASIS | {"set": {"name": HOSTILE}}
    views = (question_view(one, scores_of(one), {HOSTILE: article}.get) for one in outcomes)
    text = "".join(report_html(HOSTILE, summarise(scored(outcomes)), basis, views, [HOSTILE], [1.0]))
    page = Elements(text)
    assert [tag for tag, _ in page.found].count("script") == 1
    assert [tag for tag, _ in page.found if tag in {"img", "iframe", "object"}] == []
    assert [name for _, attributes in page.found for name in attributes if name.startswith("on")] == []
    assert page.text.count(HOSTILE) >= 10
    assert {attributes.get("data-property-1") for tag, attributes in page.found if tag == "details"} >= {HOSTILE}


def test_passages_of_many_questions_are_told_by_position(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.report.page.MANY", 1)
    answer = quoting("q")
    long = replace(answer, passages=(answer.passages[0],) * 4)
    outcomes = [outcome(single("a"), long)]
    views = (question_view(one, scores_of(one), ARTICLES.get) for one in outcomes)
    page = Elements("".join(report_html("x", summarise(scored(outcomes)), BASIS, views)))
    assert page.text.count("Le maire est venu samedi. fr/quai.txt") == 2
    assert page.text.count("fr/quai.txt, 68-93, score 0.500") == 4


def test_a_place_that_cannot_be_written_to_is_told(folder: Path) -> None:
    (folder / METRICS).unlink()
    (folder / METRICS).mkdir()
    with pytest.raises(RunUnwritable, match=folder.name):
        write_results(folder, ARTICLES.get)


def test_an_article_that_is_gone_leaves_its_positions() -> None:
    view = question_view(right("a"), {}, lambda _: None)
    assert [(gold.where, gold.text) for gold in view.gold] == [("fr/quai.txt, 27-67", "")]


def test_articles_are_read_once_in_a_row() -> None:
    read: list[str] = []
    remembered = remembering(lambda article: read.append(article))
    remembered("a")
    remembered("a")
    remembered("b")
    assert read == ["a", "b"]


def test_settings_are_told_one_a_line() -> None:
    assert list(flattened({"a": {"b": 1, "c": {"d": None}}, "e": "f"})) == [("a b", "1"), ("a c d", "null"), ("e", "f")]


def test_bars_are_as_high_as_their_counts() -> None:
    chart = bar_chart([("1", 4), ("2", 1), ("none", 0)], "questions")
    assert [bar.height for bar in chart.bars] == [128.0, 32.0, 0.0]
    assert [bar.y + bar.height for bar in chart.bars] == [164.0] * 3
    assert chart.bars[1].told == "2: 1 questions"
    assert [tick.label for tick in chart.ticks] == ["0", "4"]


def test_a_line_goes_through_its_points() -> None:
    assert line_chart([0, 0.5, 1], [1, 0, 0.25]).path == "M 36.0 36.0 L 180.0 164.0 L 324.0 132.0"
    assert line_chart([], []).path == ""


def test_an_interval_stays_within_its_line() -> None:
    assert whisker(0.5, -0.1, 1.2) == whisker(0.5, 0.0, 1.0)
    assert (whisker(0.5, 0.25, 0.75).low, whisker(0.5, 0.25, 0.75).high) == (25.0, 75.0)


def test_a_histogram_counts_every_value() -> None:
    found = histogram([1.0, 2.0, 3.0, 10.0, 1000.0], bins=5)
    assert found == [("0", 4), ("200", 0), ("400", 0), ("600", 0), ("800", 1)]
    assert histogram([]) == []
    assert [count for _, count in histogram([0.0, 0.0], bins=3)] == [2, 0, 0]
