"""The story of the notebook."""
# %% [markdown]
# Two small things.
# %% problem longest_word
# Split, then choose.
# %% problem straight_line
