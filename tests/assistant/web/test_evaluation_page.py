"""What the page for evaluators says of sets, runs and comparisons, and which files it gives out."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.server.app import create_app
from assistant.settings import Settings
from assistant.web.comparison_view import comparison_html
from assistant.web.engine_slot import EngineSlot
from assistant.web.evaluation_page import EvaluationPage
from assistant.web.evaluation_view import progress_html, run_html, runs_html, set_html
from assistant.web.messages import negotiate
from eval.compare import compare
from eval.formats.choose import read_set
from eval.report.files import write_results
from eval.stored.background import Progress
from eval.stored.runs import StoredRuns
from tests.chats import text_of
from tests.elements import elements
from tests.evaluations import ARTICLES, BASIS, right, write_run, wrong
from tests.fakes import WordEngine
from tests.gated_assistant import BROKEN, gated, opened, small_index, write_set

ENGLISH, FRENCH = negotiate("en"), negotiate("fr")
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return small_index(tmp_path)


@pytest.fixture
def page(settings: Settings) -> EvaluationPage:
    return EvaluationPage.of(settings, EngineSlot(gated(settings, opened())))


def until_ended(page: EvaluationPage) -> None:
    pause = threading.Event()
    while page.is_running:
        pause.wait(0.01)


def run_of(page: EvaluationPage, file: Path) -> str:
    """The id of a finished run of the set in a file."""
    taken, _, _ = page.take([file], None, ENGLISH)
    assert page.start(taken, "", "", ENGLISH) == ""
    until_ended(page)
    return page.listing(ENGLISH).finished[0][1]


def test_a_set_says_what_can_be_asked_and_what_is_wrong_where(page: EvaluationPage, tmp_path: Path) -> None:
    taken, html, splits = page.take([write_set(tmp_path / "town.jsonl", BROKEN)], None, ENGLISH)
    said = text_of(html)
    assert "“town” (jsonl): 5 questions in 5 conversations can be asked." in said
    assert "2 problems; everything else can be used" in said
    assert "town.jsonl, line 5: The line is not JSON" in said
    assert splits == ["dev"]
    assert page.set_choices()[0][1] == taken
    assert page.described(str(taken), ENGLISH) == (html, ["dev"])


def test_a_set_that_brings_documents_says_that_others_are_asked(tmp_path: Path) -> None:
    (tmp_path / "squad.json").write_text(
        '{"data": [{"title": "T", "paragraphs": [{"context": "It costs 12.", "qas": [{"id": "1", "question": "what?",'
        ' "answers": [{"text": "12", "answer_start": 9}]}]}]}]}'
    )
    assert "brings 1 documents of its own" in text_of(set_html(read_set(tmp_path / "squad.json"), ENGLISH))


def test_what_is_no_set_is_told_and_not_kept(page: EvaluationPage, tmp_path: Path) -> None:
    taken, html, _ = page.take([write_set(tmp_path / "odd.txt", ["just words"])], None, ENGLISH)
    assert taken is None
    assert "odd.txt looks like no test set" in text_of(html)
    assert "Choose its format below" in text_of(html)
    taken, html, _ = page.take([write_set(tmp_path / "empty.jsonl", ["{}"])], None, ENGLISH)
    assert taken is None
    assert "Nothing of “empty” can be asked" in text_of(html)
    assert page.set_choices() == []


@pytest.mark.parametrize("limit", ["0", "-1", "many", "1.5", "²"])
def test_a_run_begins_only_with_a_set_a_number_and_an_index(limit: str, page: EvaluationPage, tmp_path: Path) -> None:
    taken, _, _ = page.take([write_set(tmp_path / "town.jsonl")], None, ENGLISH)
    assert "must be a whole number" in page.start(taken, "", limit, ENGLISH)
    assert "Drop a question set" in page.start(None, "", "", ENGLISH)
    assert "is not kept here any more" in page.start("gone", "", "", ENGLISH)
    for engine in (None, WordEngine([])):
        empty = replace(page, slot=EngineSlot(engine))
        assert "There are no articles to ask about" in empty.start(taken, "", "", ENGLISH)
    assert page.runs.all() == []


def test_a_run_shows_its_figures_files_and_problems(page: EvaluationPage, tmp_path: Path) -> None:
    identity = run_of(page, write_set(tmp_path / "town.jsonl", BROKEN))
    html, can_go_on = page.run(identity, ENGLISH)
    said = text_of(html)
    assert not can_go_on
    assert "“town” is finished: 5 questions." in page.progress(ENGLISH)
    assert "town.jsonl, line 7: The gold 'This sentence stands nowhere in any of them.'" in said
    results = page.runs.find(identity).results
    assert results is not None
    figure = results["figures"]["right"]
    assert f"right{figure['mean']:.3f}{figure['low']:.3f} to {figure['high']:.3f}{figure['questions']}" in said
    hrefs = [each.attributes["href"] for each in elements(html) if each.tag == "a"]
    names = ("report.html", "report.html", "metrics.json", "questions.csv")
    assert hrefs == [f"runs/{identity}/{name}" for name in names]


def test_only_the_files_of_finished_runs_are_given_out(settings: Settings, tmp_path: Path) -> None:
    engine = gated(settings, opened())
    page = EvaluationPage.of(settings, EngineSlot(engine))
    identity = run_of(page, write_set(tmp_path / "town.jsonl"))
    (page.runs.folder / "secret").mkdir()
    (page.runs.folder / "secret/report.html").write_text("secret")
    client = TestClient(create_app(engine, evaluation=settings))
    report = client.get(f"/evaluation/runs/{identity}/report.html")
    assert (report.status_code, report.headers["content-type"]) == (200, "text/html; charset=utf-8")
    policy = report.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts allow-forms; default-src 'none'")
    assert "allow-same-origin" not in policy
    assert report.headers["x-content-type-options"] == "nosniff"
    table = client.get(f"/evaluation/runs/{identity}/questions.csv")
    assert table.headers["content-disposition"] == f'attachment; filename="{identity}-questions.csv"'
    assert client.get(f"/evaluation/runs/{identity}/metrics.json").json()["questions"] == 4
    for path in (
        f"{identity}/questions.jsonl",
        f"{identity}/run.json",
        f"{identity}/%2e%2e",
        "secret/report.html",
        f"%2e%2e%2fruns%2f{identity}/report.html",
        "unknown/report.html",
    ):
        assert client.get(f"/evaluation/runs/{path}").status_code == 404, path


def test_the_page_is_there_only_where_it_is_switched_on(settings: Settings) -> None:
    engine = gated(settings, opened())
    assert "evaluation-runs" in TestClient(create_app(engine, evaluation=settings)).get("/evaluation/").text
    off = TestClient(create_app(engine))
    assert "evaluation-runs" not in off.get("/evaluation/").text
    assert off.get("/evaluation/config").status_code == 404


def test_two_runs_are_compared_with_what_was_won_and_lost(tmp_path: Path) -> None:
    ids = [f"q{number}" for number in range(40)]
    first = write_run(tmp_path / "first", [wrong(each) for each in ids[:-1]] + [right(ids[-1])])
    second = write_run(tmp_path / "second", [right(each) for each in ids[:-1]] + [wrong(ids[-1], kind=HOSTILE)])
    third = write_run(tmp_path / "third", [right(each) for each in ids[:-1]] + [wrong(ids[-1])])
    better = text_of(comparison_html(compare(first, third), ENGLISH))
    assert "Better: right answers went from 0.025 to 0.975, by +0.950" in better
    assert "39 questions were won, 1 lost." in better
    assert "Won: 39" in better
    assert "Lost: 1" in better
    assert "Earlier, right" in better
    worse = text_of(comparison_html(compare(third, first), FRENCH))
    assert "Moins bon : les réponses justes passent de 0,975 à 0,025, soit -0,950" in worse
    assert "moins bon; baisse de plus de 0,020" in worse
    same = text_of(comparison_html(compare(first, first), ENGLISH))
    assert "No difference is shown: right answers went from 0.025 to 0.025" in same
    other = text_of(comparison_html(compare(first, second), ENGLISH))
    assert "1 questions only in the earlier run, or asked otherwise there: q39" in other


def test_a_comparison_needs_two_finished_runs(page: EvaluationPage, tmp_path: Path) -> None:
    identity = run_of(page, write_set(tmp_path / "town.jsonl"))
    write_run(page.runs.folder / "unfinished", [right("a")])
    for earlier, later in ((None, identity), (identity, None), (identity, "unfinished")):
        assert "Choose two finished runs" in page.compare(earlier, later, ENGLISH)
    assert "There is no run &#x27;gone&#x27;" in page.compare(identity, "gone", ENGLISH)


def test_what_sets_hold_stays_text(tmp_path: Path) -> None:
    runs = StoredRuns(tmp_path)
    basis = BASIS | {"set": BASIS["set"] | {"name": HOSTILE, "questions": 2}}
    folder = write_run(tmp_path / HOSTILE.replace("/", ""), [wrong(HOSTILE), right("b", question=HOSTILE)], basis)
    other = write_run(tmp_path / "b", [right(HOSTILE), wrong("b", question=HOSTILE)], basis)
    for each in (folder, other):
        write_results(each, ARTICLES.get, [HOSTILE])
    [_, run] = sorted(runs.all(), key=lambda each: each.id, reverse=True)
    shown = [
        runs_html(runs.all(), ENGLISH),
        run_html(run, ENGLISH),
        progress_html(Progress("r", HOSTILE, 1, 2, 3.0), ENGLISH),
        comparison_html(compare(folder, other), ENGLISH),
    ]
    assert HOSTILE in text_of("".join(shown))
    assert {each.tag for html in shown for each in elements(html)}.isdisjoint({"img", "script"})


def test_how_far_a_run_is_and_how_long_it_takes() -> None:
    assert "town: looking for its right answers" in progress_html(Progress("r", "town"), ENGLISH)
    html = progress_html(Progress("r", "town", 1_200, 2_400, 610.0), ENGLISH)
    assert text_of(html) == "town: 1,200 of 2,400 questions. About 10 minutes left."
    [bar] = [each.attributes for each in elements(html) if each.tag == "progress"]
    assert (bar["value"], bar["max"], bar["aria-label"]) == ("1200", "2400", "Questions that were asked")
    assert "Encore 10 minutes environ." in progress_html(Progress("r", "v", 1, 2, 610.0), FRENCH)
    assert "Stopping after this question" in progress_html(Progress("r", "v", 1, 2, 9.0), ENGLISH, stopping=True)
    assert "Writing the report" in progress_html(Progress("r", "v", 2, 2, 0.0), ENGLISH)
