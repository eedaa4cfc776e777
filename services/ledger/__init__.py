"""The grootboek of every gemeente: double entry, append-only, chained, with the budget that follows from it."""
