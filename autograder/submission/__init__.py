"""Read what a student handed in, by value and within limits, and find the course's files in it."""
