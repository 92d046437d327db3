"""`python -m solutions.reproduce`: every model of the course on real images, and `solutions/RESULTS.md`; instructors only.

rows            what is trained, with which settings, and what students reported
train_softmax   the softmax classifier by full-batch L-BFGS
train_own       a model of one's own, with what the literature knows
fast_network    that model
runs            one training in a process of its own, noted in a small JSON file
page            those files as RESULTS.md
"""
