"""Language models: how one is asked, what it is given to read, and what comes of a server that fails."""
