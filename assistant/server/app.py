"""The one application of the server: the API under `/api/v1`, the chat at `/`."""

from fastapi import FastAPI

from assistant.collection_keeper import CollectionKeeper
from assistant.keeping.keepsakes import Keepsakes
from assistant.protection.audit import NO_AUDIT, AuditLog
from assistant.protection.quota import Quota
from assistant.server.access import Access, guard
from assistant.server.api.application import mount_api
from assistant.server.api.parts import ApiLimits
from assistant.server.page_limits import PageBodyLimit
from assistant.server.root_path import BelowPath
from assistant.server.stopping import Stopping
from assistant.settings import Settings
from assistant.version import __version__
from assistant.web.chat import Chat
from assistant.web.collection_page import PATH as COLLECTION
from assistant.web.collection_page import CollectionPage, mount_collection
from assistant.web.dropped_files import DroppedFiles
from assistant.web.engine import Engine
from assistant.web.engine_slot import EngineSlot
from assistant.web.evaluation_form import PATH as EVALUATION
from assistant.web.evaluation_form import mount_evaluation
from assistant.web.evaluation_page import EvaluationPage
from assistant.web.page import mount
from assistant.web.page_parts import PagePart
from assistant.web.parts.embedding import Embedding
from assistant.web.parts.feedback_form import FeedbackForm
from assistant.web.parts.filter_bar import FilterBar
from assistant.web.parts.sharing import Sharing


def create_app(
    engine: Engine | None,
    *,
    problem: str | None = None,
    dropped_files: DroppedFiles | None = None,
    keepsakes: Keepsakes | None = None,
    collection: CollectionKeeper | None = None,
    evaluation: Settings | None = None,
    api_limits: ApiLimits | None = None,
    access: Access | None = None,
    audit: AuditLog = NO_AUDIT,
    stopping: Stopping | None = None,
    root_path: str = "",
) -> FastAPI:
    """The application over `engine`; with None, a page that says how to make an index, and the `problem` met.

    Where `dropped_files` are given, everybody who reaches the page can make the index by dropping articles on it, as
    long as there are none. Where `keepsakes` are given, answers can be shared, and feedback is kept. With `collection`,
    everybody who reaches `/collection` can change the articles. With the settings of `engine` as `evaluation`,
    everybody who reaches `/evaluation` can run question sets over it. With `access` people log in, and only owners
    reach those two; without it, everybody may see everything. `audit` is the record of who asked. Once `stopping` has
    begun, the chat takes no question. `root_path` is where a proxy puts the server.
    """
    limits, access = api_limits or ApiLimits(), access or Access()
    quota = Quota(limits.rate, limits.page_rate)
    slot = EngineSlot(engine, problem)
    app = FastAPI(title="Article assistant", version=__version__, docs_url=None, redoc_url=None)
    app.add_middleware(PageBodyLimit, limits=limits)
    # before the rest: what is added later goes around it
    mount_api(app, slot, keepsakes, collection, limits, quota=quota, audit=audit)
    guard(app, access, (COLLECTION, EVALUATION))
    if collection is not None:
        app = mount_collection(app, CollectionPage(collection, DroppedFiles(collection.settings), slot))
    if evaluation is not None:
        app = mount_evaluation(app, EvaluationPage.of(evaluation, slot))
    kept: list[PagePart] = [Sharing(slot, keepsakes), FeedbackForm(slot, keepsakes)] if keepsakes else []
    chat = Chat(
        slot,
        takes_files=dropped_files is not None,
        parts=[FilterBar(slot), *kept, Embedding()],
        quota=quota,
        audit=audit,
        can_log_out=access.pages is not None,
        stopping=lambda: stopping is not None and stopping.begun,
    )
    app = mount(app, chat, dropped_files=dropped_files)  # last: the chat takes every path that is left
    app.add_middleware(BelowPath, root_path=root_path)  # around all others, which read paths
    return app
