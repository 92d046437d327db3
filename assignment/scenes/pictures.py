"""The pictures of part 3, from the runs that train.py made: given, nothing to write here.

python pictures.py curves runs/simple_net runs/simple_net_dropout
python pictures.py filters runs/simple_net
python pictures.py mistakes runs/simple_net
python pictures.py confusion runs/simple_net --split validation
"""

import argparse
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))  # training_kit and data_scripts lie beside the part's folder

from training_kit.command import run_command  # noqa: I001   first: it chooses how PyTorch's threads wait

from train import opened
from training_kit.picture_command import add_common_commands, draw_and_save, picture_parser


def parser() -> argparse.ArgumentParser:
    """All commands."""
    top, commands = picture_parser("Draw the pictures of part 3.")
    add_common_commands(commands, opened)
    return top


if __name__ == "__main__":
    run_command(lambda: draw_and_save(parser()))
