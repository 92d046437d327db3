"""Run the hidden checks, which are ordinary pytest functions, on one submission or on many in one session.

`plugin` is the loop, `checks` what a check says of itself, `fixtures` what it may ask for, `stumbles` and `causes` whose fault it was and
where, `variants` the parts in which every student has another task.
"""
