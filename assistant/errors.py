"""Every error that `assistant` raises itself. The tree:

AssistantError
├── SettingsInvalid   a setting has a value that cannot be used
├── PortTaken         the address that the chat should listen on cannot be used
├── PromptInvalid     a prompt text lacks a name, or holds one that is not known
└── UsageInvalid      the command line asks for something that does not fit together
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
