"""Read what a student handed in, by value and within limits, and find the course's files in it.

Everything that arrives here is hostile until it has been read: links, bombs, names. Nothing is executed, and nothing is trusted.
"""
