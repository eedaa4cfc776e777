"""Allocation: takes in toewijzingen, answers them, and keeps the register."""
