"""What keeps the server and its users safe from too much: quotas, a record of who asked, and an end to what is kept."""
