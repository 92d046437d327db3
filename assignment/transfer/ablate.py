"""Vary one setting of train.py at a time, and compare: given, nothing to write here.

    python ablate.py --head softmax --vary lr 0.001 0.1 --vary batch-size 16 256 --vary updatable yes
    python ablate.py --pretrained --side 128 --dataset cifar10 --vary lr 0.001 0.1
    python ablate.py --epochs 1 --vary seed 1 2 3                                   how much is chance

Runs, table (ablation.md, ablation.csv) and picture are in runs/ablation_HEAD; the same command goes on after Ctrl-C.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))  # training_kit and data_scripts lie beside the part's folder

from training_kit.command import run_command  # noqa: I001   first: it chooses how PyTorch's threads wait

from train import build_model, main, parse
from training_kit.ablation_command import ablation_command
from training_kit.ablations import Script
from training_kit.metrics_command import opened_with

SCRIPT = Script(parse, main, opened_with(build_model))

if __name__ == "__main__":
    run_command(lambda: ablation_command(SCRIPT), when_stopped="stopped; the same command goes on with what is missing")
