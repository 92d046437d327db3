"""The story that each part's notebook tells, as scripts with `# %%` cells, and the boxes that students get with it.

A file named like a part is no module of the kit: `autograder.nbgrader.notebook` reads its cells. Kinds of cells:

`# %% [markdown]`           text, in comments
`# %% problem ID`           heading, text and the autograded cell of a problem
`# %% needs ID ...`         code, left out of a course that does not have these problems
`# %% questions`            every question that is answered in words
"""
