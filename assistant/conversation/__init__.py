"""Questions that go on from earlier ones: what they leave out, and what they are searched for with."""
