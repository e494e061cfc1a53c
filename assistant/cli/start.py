"""Where the command `assistant` begins."""

import gc


def main() -> None:
    """Imports the program and runs it. Nothing that is imported is ever garbage, and looking for some meanwhile takes a
    seventh of the time: it begins afterwards, and leaves out what was imported."""
    gc.disable()
    from assistant.cli.app import main as run

    gc.freeze()
    gc.enable()
    run()
