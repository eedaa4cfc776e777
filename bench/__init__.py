"""Benchmarks: the whole path beside a plain baseline in one run, as a ratio (``happyflow bench``)."""
