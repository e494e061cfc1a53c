"""The widget: one script that puts the compact chat on any page, and the login that its frame needs."""
