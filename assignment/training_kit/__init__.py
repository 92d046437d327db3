"""What the training scripts of all parts share: given, nothing to write here.

reproducible   seeds, device, threads
splits         a data set's images as one tensor on the device: training, validation, and the test set for the end
batches        shuffled batches: random flips and shifts, normalisation, all on the device
evaluation     predictions, loss and accuracy of a network
schedule       the learning rate of each iteration
run_folder     where a run keeps settings, log and checkpoints
tally          loss and accuracy of the batches while a network trains
progress       a bar on a terminal, a line for each epoch
training       the loop over epochs
options        options of the command line
session        from options to a finished run
tables         a table on the terminal, as CSV, as Markdown
class_metrics  precision, recall, F1, top-3 and calibration error of each class
ablations      one setting at a time: which runs, and what is measured of each
curves, image_grids, matrices, comparisons, metric_pictures, ablation_pictures      the pictures
picture_command, metrics_command, ablation_command                                  the command line of each part
"""

import os
import sys

# Threads that wait for work give way to other programs: on a busy machine two threads took five times as long without.
# PyTorch reads this when it is loaded, so `import training_kit` comes first in the scripts.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Without it, matrix products on a GPU may differ from run to run.
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")


def _in_a_word(kind, error, trace):
    """Ctrl-C while PyTorch is loaded, which takes seconds, is no mistake: no traceback."""
    if issubclass(kind, KeyboardInterrupt):
        print("stopped", file=sys.stderr)
    else:
        _shown_before(kind, error, trace)


_shown_before, sys.excepthook = sys.excepthook, _in_a_word
