"""`python -m solutions.reproduce`: every model of the course on real images, and `solutions/RESULTS.md`; instructors only.

row             what a line of a table is
rows            what is trained, with which settings, and what students reported; parts 3 and 4 in scene_rows and transfer_rows
train_softmax   the softmax classifier by full-batch L-BFGS
train_own       a model of one's own, with what the literature knows
fast_network    that model
scene_resnet    ResNet-18 in the place of AlexNet in part 3
styles          how each kind of script is called, and where it leaves what it found
runs            one training in a process of its own, noted in a small JSON file
lines           the lines of the tables, from these files
findings        what the differences between rows are
sections        the sections of the page
page            all of it as RESULTS.md; what was not measured here stays as it stands
"""
