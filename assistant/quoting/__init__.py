"""From sentences that may answer to quotes: each report once, with its speaker, its date and its whole list."""
