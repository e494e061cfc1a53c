"""What a language model wrote, held against the passages that it was shown."""
