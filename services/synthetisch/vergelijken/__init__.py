"""The parts of the comparison, one subject each."""
