"""The training of the bundled embedders: data, teacher, vocabulary, the static model and the distilled one.

Nothing here is needed to run the assistant. Every command is `python -m index.training.NAME --help`.
"""
