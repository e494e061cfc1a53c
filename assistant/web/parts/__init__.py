"""Parts of the chat's page beside questions and answers, each a `PagePart`."""
