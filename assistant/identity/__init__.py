"""Who asks, and what they may see: no login, a name from a trusted proxy, or a signed token."""
