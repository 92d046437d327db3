"""What students get beside a notebook: the boxes that it shows, and what runs its cells in the sandbox.

The story that a part's notebook tells is `story.py` beside its checks, a script whose `# %%` cells `autograder.nbgrader.notebook`
reads. Kinds of cells:

`# %% [markdown]`           text, in comments
`# %% problem ID`           heading, text and the autograded cell of a problem
`# %% needs ID ...`         code, left out of a course that does not have these problems
`# %% questions`            every question that is answered in words
"""
