"""Dropped files become articles of an index that need not be there; what cannot be read is named as it was dropped."""

from pathlib import Path

import pytest

from assistant.settings import Settings, load_settings
from assistant.uploads import uploads_folder
from assistant.web.chat import Chat
from assistant.web.drop_zone import DropZone
from assistant.web.dropped_files import Adding, DroppedFiles
from assistant.web.engine_slot import EngineSlot
from assistant.web.messages import negotiate
from assistant.wiring import open_writer
from index.errors import IndexBusy
from index.ingestion import Report
from index.status import read_status
from tests.elements import Elements

ENGLISH = negotiate("en")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(index=tmp_path / "index", embedder="fast")


def written(folder: Path, **texts: str) -> list[Path]:
    """Files of these names (`a_txt` is `a.txt`) and texts."""
    folder.mkdir(exist_ok=True)
    files = [folder / name.replace("_", ".") for name in texts]
    for file, text in zip(files, texts.values(), strict=True):
        file.write_text(text, encoding="utf-8")
    return files


def test_progress_then_a_report_and_the_articles_are_in_the_index(settings: Settings, tmp_path: Path) -> None:
    files = written(tmp_path / "mine", harbour_txt="Harbour\n\nIt opens in May.", odd_xyz="?", gare_md="# Gare\n\nFin.")
    *steps, report = DroppedFiles(settings).add(files)
    assert steps[0] == Adding(0, 3)
    assert steps[-1] == Adding(3, 3)
    assert isinstance(report, Report)
    assert (report.added, [problem.where for problem in report.problems]) == (2, ["odd.xyz"])
    assert read_status(settings.beside_index).articles == 2
    engine = DroppedFiles(settings).open_engine()
    article = engine.article("harbour.txt")
    assert article is not None
    assert article.file == str(uploads_folder(settings) / "harbour.txt")


def test_the_embedder_of_an_index_that_is_there_is_kept(settings: Settings, tmp_path: Path) -> None:
    with open_writer(settings):
        pass
    before = read_status(settings.beside_index).embedder
    other = load_settings(index=settings.beside_index)  # says nothing of an embedder
    *_, report = DroppedFiles(other).add(written(tmp_path / "mine", a_txt="Text of an article."))
    assert isinstance(report, Report)
    assert report.added == 1
    assert read_status(settings.beside_index).embedder == before


def test_what_cannot_be_done_is_raised_to_the_caller(settings: Settings, tmp_path: Path) -> None:
    hurried = settings.model_copy(update={"wait_seconds": 0.05})
    files = written(tmp_path / "mine", a_txt="Text of an article.")
    with open_writer(settings), pytest.raises(IndexBusy, match="Another process"):
        list(DroppedFiles(hurried).add(files))


def test_the_page_tells_each_step_and_opens_the_engine(settings: Settings, tmp_path: Path) -> None:
    slot = EngineSlot(None, "No index.")
    chat = Chat(slot, takes_files=True)
    zone = DropZone(chat, DroppedFiles(settings), None, None, None)
    files = written(tmp_path / "mine", a_txt="Text of an article.", b_xyz="<b>")
    steps = [Elements(html).text for html in zone.steps(files, ENGLISH)]
    assert steps[0] == "Reading the files…"
    assert "Reading and embedding: 2 of about 2…" in steps
    assert steps[-1].startswith("1 article addedNot everything could be readb.xyz: ")
    assert slot.engine is not None
    assert slot.problem is None
    assert not chat.awaits_files
    assert list(zone.steps(files, ENGLISH)) == []  # nobody asked for more


def test_an_error_is_told_as_text_and_files_are_still_taken(settings: Settings, tmp_path: Path) -> None:
    chat = Chat(EngineSlot(None), takes_files=True)
    settings.beside_index.write_text("not a folder", encoding="utf-8")
    zone = DropZone(chat, DroppedFiles(settings), None, None, None)
    *_, last = zone.steps(written(tmp_path / "mine", a_txt="Text."), ENGLISH)
    assert "The files could not be added" in last
    assert set(Elements(last).tags) == {"div", "strong", "p"}
    assert chat.awaits_files
