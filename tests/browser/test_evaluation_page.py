"""The page for evaluators in a real browser: a set is dropped, run, stopped, gone on with, reported and compared."""

import csv
import io
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from assistant.settings import Settings
from eval.stored.folder import evaluations_folder
from tests.browser.accessibility import serious_faults
from tests.browser.conftest import served
from tests.gated_assistant import BROKEN, LINES, gated, opened, small_index, write_set

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


@pytest.fixture
def gate() -> threading.Semaphore:
    return opened()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return small_index(tmp_path)


@pytest.fixture
def url(settings: Settings, gate: threading.Semaphore) -> Iterator[str]:
    with served(gated(settings, gate), evaluation=settings) as address:
        yield f"{address}/evaluation"
        gate.release(10_000)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write_set(tmp_path / "town.jsonl")


def closed(gate: threading.Semaphore) -> threading.Semaphore:
    """The gate without its permits."""
    while gate.acquire(blocking=False):
        pass
    return gate


def drop(page: Page, *files: Path) -> None:
    page.locator("#evaluation-drop input[type=file]").set_input_files(list(files))


def run(page: Page) -> None:
    page.get_by_role("button", name="Run", exact=True).click()


def progress(page: Page) -> Locator:
    return page.locator("#evaluation-progress")


def rows(page: Page) -> Locator:
    return page.locator("#evaluation-runs tbody tr")


def run_dropped(page: Page, *files: Path) -> None:
    """Drops a set, runs it, and waits for its figures."""
    before = rows(page).count()
    drop(page, *files)
    expect(page.locator("#evaluation-set-said")).to_contain_text("can be asked")
    run(page)
    expect(progress(page)).to_contain_text("is finished")
    expect(rows(page)).to_have_count(before + 1)


def choose(page: Page, field: str, position: int) -> None:
    page.locator(f"#evaluation-{field} input").click()
    page.get_by_role("option").nth(position).click()


def test_a_dropped_set_is_run_and_its_report_opens(open_page: OpenPage, url: str, town: Path) -> None:
    page = open_page(url)
    expect(page.locator("#evaluation-runs")).to_contain_text("There are no runs yet.")
    assert serious_faults(page) == []
    run_dropped(page, town)
    expect(page.locator("#evaluation-set-said")).to_contain_text("4 questions in 4 conversations can be asked.")
    figures = page.locator("#evaluation-run table")
    expect(figures.get_by_role("row").filter(has=page.get_by_role("rowheader", name="right", exact=True))).to_have_text(
        "right1.0001.000 to 1.0004"
    )
    assert serious_faults(page) == []
    errors: list[str] = []
    with page.expect_popup() as opened_report:
        page.get_by_role("link", name="Open the report").click()
    report = opened_report.value
    report.on("pageerror", lambda error: errors.append(str(error)))
    report.on("console", lambda line: errors.append(line.text))
    expect(report).to_have_title("town: evaluation")
    report.get_by_label("language").select_option("fr")
    expect(report.locator("output")).to_have_text("1 of 4 questions")
    report.locator("details.question:visible summary").click()
    expect(report.locator("details.question:visible li.gold").first).to_contain_text("12 millions")
    report.get_by_label("Contains").press("Enter")
    assert report.evaluate("self.origin") == "null"  # nothing in it can reach the rest of the server
    assert errors == []


def test_the_files_can_be_downloaded(open_page: OpenPage, url: str, town: Path) -> None:
    page = open_page(url)
    run_dropped(page, town)
    found = {}
    for kind in ("HTML", "JSON", "CSV"):
        with page.expect_download() as download:
            page.locator("#evaluation-run a[download]", has_text=kind).click()
        found[kind] = (download.value.suggested_filename, download.value.path().read_text(encoding="utf-8"))
    run_id = rows(page).first.get_by_role("rowheader").inner_text()
    assert [name for name, _ in found.values()] == [
        f"{run_id}-{name}" for name in ("report.html", "metrics.json", "questions.csv")
    ]
    assert "<title>town: evaluation</title>" in found["HTML"][1]
    assert json.loads(found["JSON"][1])["figures"]["right"]["mean"] == 1.0
    assert [row["id"] for row in csv.DictReader(io.StringIO(found["CSV"][1]))] == list(LINES)


def test_a_run_shows_how_far_it_is_is_stopped_and_goes_on(
    open_page: OpenPage, url: str, town: Path, gate: threading.Semaphore
) -> None:
    closed(gate)
    page = open_page(url)
    drop(page, town)
    expect(page.locator("#evaluation-set-said")).to_contain_text("can be asked")
    run(page)
    expect(progress(page)).to_contain_text("0 of 4 questions")
    gate.release()
    expect(progress(page)).to_contain_text("1 of 4 questions. About")
    expect(progress(page).get_by_role("progressbar", name="Questions that were asked")).to_have_attribute("value", "1")
    assert serious_faults(page) == []
    other = open_page(url)  # another visitor follows the same run, and cannot begin a second one
    expect(progress(other)).to_contain_text("1 of 4 questions")
    choose(other, "stored", 0)
    run(other)
    expect(other.locator("#evaluation-said [role=alert]")).to_contain_text("Another run goes on")
    page.get_by_role("button", name="Stop").click()
    expect(progress(page)).to_contain_text("Stopping after this question")
    gate.release()
    expect(progress(page)).to_contain_text("was stopped after 2 of 4 questions")
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    expect(page.locator("#evaluation-run")).to_contain_text("2 of 4 questions were asked")
    expect(progress(other)).to_contain_text("was stopped after 2 of 4 questions")
    page.get_by_role("button", name="Go on with this run").click()
    expect(progress(page)).to_contain_text("2 of 4 questions")
    gate.release(2)  # just those that are left
    expect(progress(page)).to_contain_text("is finished: 4 questions")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("4 / 4")
    expect(page.get_by_role("button", name="Go on with this run")).to_be_hidden()


def test_what_an_earlier_server_left_is_listed_and_goes_on(open_page: OpenPage, settings: Settings, town: Path) -> None:
    gate = opened(1)
    with served(gated(settings, gate), evaluation=settings) as address:
        page = open_page(f"{address}/evaluation", wanted_errors=["Failed to load", "ERR_", "fetch"])
        drop(page, town)
        expect(page.locator("#evaluation-set-said")).to_contain_text("can be asked")
        run(page)
        expect(progress(page)).to_contain_text("1 of 4 questions")
        page.get_by_role("button", name="Stop").click()
        gate.release()
        expect(progress(page)).to_contain_text("was stopped after 2 of 4")
    with served(gated(settings, opened(2)), evaluation=settings) as address:
        page = open_page(f"{address}/evaluation")
        expect(rows(page)).to_contain_text("2 / 4")
        choose(page, "chosen", 0)
        page.get_by_role("button", name="Go on with this run").click()
        expect(progress(page)).to_contain_text("is finished: 4 questions")


def test_two_runs_are_compared_question_by_question(
    open_page: OpenPage, url: str, settings: Settings, town: Path
) -> None:
    page = open_page(url)
    run_dropped(page, town)
    run_dropped(page, town)
    compare = page.get_by_role("button", name="Compare", exact=True)
    compare.click()
    expect(page.locator("#evaluation-comparison [role=alert]")).to_have_text("Choose two finished runs, first.")
    choose(page, "against", 1)
    compare.click()
    said = page.locator("#evaluation-comparison")
    expect(said.get_by_role("status")).to_contain_text("No difference is shown: right answers went from 1.000 to 1.000")
    expect(said).to_contain_text("Won: 0")
    folder = evaluations_folder(settings) / "runs"
    earlier = folder / rows(page).nth(1).get_by_role("rowheader").inner_text()
    lines = [json.loads(line) for line in (earlier / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    lines[1]["answer"]["citations"], lines[1]["answer"]["text"] = [], "Nothing of it."
    (earlier / "questions.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    compare.click()
    expect(said).to_contain_text("Won: 1")
    expect(said).to_contain_text("Lost: 0")
    won = said.locator(".evaluation-won details")
    expect(won.locator("summary")).to_have_text("when does the library of Ashby open? sunday")
    won.locator("summary").press("Enter")
    expect(won.locator("dt")).to_have_text(["Earlier, wrong", "Later, right"])
    expect(won.locator("dd").first).to_have_text("Nothing of it.")
    assert serious_faults(page) == []


def test_a_broken_set_says_what_and_where_and_the_rest_is_run(open_page: OpenPage, url: str, tmp_path: Path) -> None:
    page = open_page(url)
    drop(page, write_set(tmp_path / "wrong.json", ['{"data": "nothing"}']))
    said = page.locator("#evaluation-set-said")
    expect(said).to_contain_text("Nothing of “wrong” can be asked, and it was not kept.")
    expect(said.locator(".failure li")).to_contain_text("wrong.json")
    run(page)
    expect(page.locator("#evaluation-said [role=alert]")).to_contain_text("Drop a question set, or choose one, first.")
    run_dropped(page, write_set(tmp_path / "broken.jsonl", BROKEN))
    expect(said).to_contain_text("5 questions in 5 conversations can be asked.")
    expect(said.locator(".failure li")).to_contain_text(["broken.jsonl, line 5", "broken.jsonl, line 6"])
    expect(page.locator("#evaluation-run .failure li")).to_contain_text(["line 5", "line 6", "line 7: The gold"])
    expect(rows(page)).to_contain_text("5 / 5")
    assert serious_faults(page) == []


def test_a_part_of_a_set_is_run(open_page: OpenPage, url: str, town: Path) -> None:
    page = open_page(url)
    drop(page, town)
    expect(page.locator("#evaluation-set-said")).to_contain_text("can be asked")
    choose(page, "split", 1)
    page.get_by_label("At most so many conversations").fill("1")
    run(page)
    expect(rows(page)).to_contain_text("dev, at most 1")
    expect(rows(page)).to_contain_text("1 / 1")


def test_everything_is_done_with_the_keyboard(open_page: OpenPage, url: str, town: Path) -> None:
    page = open_page(url)
    drop(page, town)
    expect(page.locator("#evaluation-set-said")).to_contain_text("can be asked")
    page.locator("#evaluation-stored input").focus()
    reached = []
    for _ in range(4):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.closest('[id^=evaluation-]').id"))
    assert reached == ["evaluation-split", "evaluation-limit", "evaluation-format", "evaluation-start"]
    page.keyboard.press("Enter")
    expect(page.locator("#evaluation-run table")).to_be_visible()
    page.get_by_role("link", name="Open the report").focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_in_french_on_a_phone_in_the_dark(open_page: OpenPage, url: str, town: Path) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page = open_page(url, locale="fr-FR", color_scheme="dark", **phone)
    expect(page.get_by_role("heading", name="Évaluation")).to_be_visible()
    drop(page, town)
    expect(page.locator("#evaluation-set-said")).to_contain_text("4 questions en 4 conversations peuvent être posées")
    page.get_by_role("button", name="Lancer").click()
    expect(progress(page)).to_contain_text("« town » est terminé : 4 questions.")
    expect(page.locator("#evaluation-run")).to_contain_text("de 1,000 à 1,000")
    assert serious_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
