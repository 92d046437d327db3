"""Measure the runs of part 1 class by class: given, nothing to write here.

    python metrics.py runs/RUN                   precision, recall, F1, top-3 and calibration error on the validation images
    python metrics.py runs/ONE runs/OTHER        and a table that compares them
    python metrics.py runs/RUN --split test      once, at the end

Tables and a picture are written into the folder of each run, as metrics_SPLIT.csv, .json and .png.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))  # training_kit and data_scripts lie beside the part's folder

from training_kit.command import run_command  # noqa: I001   first: it chooses how PyTorch's threads wait

from train import build_model
from training_kit.metrics_command import metrics_command, opened_with

if __name__ == "__main__":
    run_command(lambda: metrics_command(opened_with(build_model)))
