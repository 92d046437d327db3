"""The trust boundary: a student's code runs in a confined child process, and only plain values come back.

`warm` starts the process that forks children, `isolation` decides how strongly this machine can confine them, `channel`
talks to one child, `student` is what a check sees. Only `confined/` is visible inside.
"""
