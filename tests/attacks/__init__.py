"""Hostile submissions, and the proof that none of them gets what it did not earn."""
