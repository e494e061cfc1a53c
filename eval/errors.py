"""Every error that `eval` raises itself. They are errors of the program, which the command line tells. The tree:

AssistantError
├── UsageInvalid
│   ├── RunRefused      a run cannot go on, or two runs cannot be compared, as it was asked for
│   │   └── RunUnderWay another run goes on, and there is one at a time
│   ├── RunMissing      there is no run in the folder
│   ├── ProposalsRefused a file of proposals cannot be read, written, or gone on with as it was asked for
│   └── FormatUnknown   a test set is not there, or in no format that is read
├── RunDamaged          what a run left cannot be read
└── RunUnwritable       the folder of a run cannot be written to
"""

from assistant.errors import AssistantError, UsageInvalid


class RunRefused(UsageInvalid):
    """A run cannot go on, or two runs cannot be compared, as it was asked for."""


class RunUnderWay(RunRefused):
    """Another run goes on, and there is one at a time."""


class RunMissing(UsageInvalid):
    """There is no run in the folder."""


class RunDamaged(AssistantError):
    """What a run left cannot be read."""


class RunUnwritable(AssistantError):
    """The folder of a run cannot be written to."""


class ProposalsRefused(UsageInvalid):
    """A file of proposals cannot be read, written, or gone on with as it was asked for."""


class FormatUnknown(UsageInvalid):
    """A test set is not there, or in no format that is read."""
