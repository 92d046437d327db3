"""The pictures of part 4, from the runs that train.py made: given, nothing to write here.

python pictures.py curves runs/softmax runs/mymodel
python pictures.py filters runs/softmax
python pictures.py mistakes runs/softmax
python pictures.py confusion runs/softmax
"""

import argparse
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))  # training_kit and data_scripts lie beside the part's folder

from training_kit.command import run_command  # noqa: I001   first: it chooses how PyTorch's threads wait

from train import build_model
from training_kit.metrics_command import opened_with
from training_kit.picture_command import add_common_commands, draw_and_save, picture_parser


def parser() -> argparse.ArgumentParser:
    """All commands."""
    top, commands = picture_parser("Draw the pictures of part 4.")
    add_common_commands(commands, opened_with(build_model))
    return top


if __name__ == "__main__":
    run_command(lambda: draw_and_save(parser()))
