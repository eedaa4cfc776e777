"""A gemeente decides about a verzoek: what it may decide, which message follows, sending and keeping it."""
