"""Matching: pairs every prestatie with its toewijzing, owns contracts, policy and the uitval queue."""
