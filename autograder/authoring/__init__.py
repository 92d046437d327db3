"""`autograder new`: every file that a new problem or a new part needs, filled with an example that works at once.

places      where a new problem goes in files that are there already; nothing else in them changes
plan        what is to be written, with every reason not to, before anything is written
command     the command line
"""
