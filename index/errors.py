"""Every error that `index` raises. The tree:

AssistantIndexError
├── IndexMissing        there is no index in the folder
├── IndexTooNew         it was written by a newer version
├── IndexTooOld         what is asked of it needs something that an earlier version did not write
├── IndexDamaged        it cannot be read, or does not agree with itself
├── IndexBusy           another process is writing to it
├── IndexFull           the disk has no room, or a limit on file sizes was met
├── IndexUnwritable     the folder cannot be written to
├── ArticleUnknown      an article was named that the index does not hold
├── EmbedderMismatch    the index was made with another embedder
├── EmbedderUnavailable the embedder cannot be loaded
├── ReadingStopped      the process that reads articles ended before they were all read
├── IndexUnreachable    its server cannot be reached, does not answer in time, or refuses
├── PackageMissing      an optional package is needed that is not installed
├── LocationInvalid     what should say where the index is does not
└── QueryRefused        the query is empty or too long
"""


class AssistantIndexError(Exception):
    """Base of all errors of this package. The message says what failed, with which value, and what to do next."""


class IndexMissing(AssistantIndexError):
    """There is no index in the folder."""


class IndexTooNew(AssistantIndexError):
    """The index was written by a newer version of this program."""


class IndexTooOld(AssistantIndexError):
    """The index was written by an earlier version of this program, which did not keep what is asked for now."""


class IndexDamaged(AssistantIndexError):
    """The index cannot be read, or does not agree with itself."""


class IndexBusy(AssistantIndexError):
    """Another process is writing to the index."""


class IndexFull(AssistantIndexError):
    """There is no room for what should be written; nothing of it was."""


class IndexUnwritable(AssistantIndexError):
    """The index folder cannot be written to."""


class ArticleUnknown(AssistantIndexError):
    """An article was named that the index does not hold."""


class EmbedderMismatch(AssistantIndexError):
    """The index was made with another embedder."""


class EmbedderUnavailable(AssistantIndexError):
    """The embedder cannot be loaded."""


class ReadingStopped(AssistantIndexError):
    """The process that reads articles ended before they were all read."""


class QueryRefused(AssistantIndexError):
    """The query is empty or too long."""


class IndexUnreachable(AssistantIndexError):
    """The server that holds the index cannot be reached, does not answer in time, or refuses what is asked."""


class PackageMissing(AssistantIndexError):
    """An optional package is needed that is not installed."""


class LocationInvalid(AssistantIndexError):
    """What should say where an index is does not."""
