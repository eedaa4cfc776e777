"""SQL of the ledger: what a batch needs to know, storing what it booked, and reading it back."""
