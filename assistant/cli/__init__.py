"""The command line: each command parses, calls one function and prints."""

import os

# Nothing here plugs into pydantic, which would look for plugins in every installed package before the first answer.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
