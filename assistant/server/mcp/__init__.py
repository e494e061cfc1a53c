"""The tools `ask`, `search` and `read_article` for language models, by the Model Context Protocol."""
