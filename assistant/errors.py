"""Every error that `assistant` raises itself. The tree:

AssistantError
├── SettingsInvalid       a setting has a value that cannot be used
├── PortTaken             the address that the chat should listen on cannot be used
├── PromptInvalid         a prompt text lacks a name, or holds one that is not known
├── FiltersInvalid        a filter has a value that cannot be used
├── LoginRefused          nobody is known to have sent a request; the message is for the log
├── KeepingFailed         shared answers and feedback cannot be read or written
├── UsageInvalid          the command line asks for something that does not fit together
└── LanguageModelFailed   the language model, or its server, gave no whole answer
    └── AnswerCutOff      it wrote up to its limit, and what it wrote stops in the middle
"""


class AssistantError(Exception):
    """Base of all errors of this package. The message says what failed, with which value, and what to do next."""


class SettingsInvalid(AssistantError):
    """A setting has a value that cannot be used."""


class PortTaken(AssistantError):
    """The address that the chat should listen on cannot be used."""


class PromptInvalid(AssistantError):
    """A prompt text lacks a name, or holds one that is not known."""


class UsageInvalid(AssistantError):
    """The command line asks for something that does not fit together."""


class FiltersInvalid(AssistantError):
    """A filter has a value that cannot be used."""


class LoginRefused(AssistantError):
    """Nobody is known to have sent a request. The message says why, and holds nothing that is secret."""


class KeepingFailed(AssistantError):
    """Shared answers and feedback cannot be read or written."""


class LanguageModelFailed(AssistantError):
    """The language model, or its server, gave no whole answer."""


class AnswerCutOff(LanguageModelFailed):
    """The language model wrote up to its limit, and what it wrote stops in the middle."""
