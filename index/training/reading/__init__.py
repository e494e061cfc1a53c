"""Examples from which a model learns whether a sentence answers a question, made from parallel texts."""
