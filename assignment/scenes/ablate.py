"""Vary one setting of train.py at a time, and compare: given, nothing to write here.

    python ablate.py --vary lr 0.0003 0.003 --vary batch-size 16 128 --vary augment yes
    python ablate.py --data ../data/scenes15 --vary model simple_net simple_net_dropout
    python ablate.py --epochs 3 --vary seed 1 2 3                                   how much is chance

Runs, table (ablation.md, ablation.csv) and picture are in runs/ablation_MODEL; the same command goes on after Ctrl-C.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))  # training_kit and data_scripts lie beside the part's folder

from training_kit.command import run_command  # noqa: I001   first: it chooses how PyTorch's threads wait

from train import main, opened, parse
from training_kit.ablation_command import ablation_command
from training_kit.ablations import Script

SCRIPT = Script(parse, main, opened)

if __name__ == "__main__":
    run_command(lambda: ablation_command(SCRIPT), when_stopped="stopped; the same command goes on with what is missing")
