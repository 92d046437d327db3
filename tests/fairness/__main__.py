"""What every planted mistake costs, as a table.

python -m tests.fairness                            # all plants
python -m tests.fairness softmax scenes             # of a problem, of a part
"""

import argparse
import tempfile
from pathlib import Path

from tests.fairness import costs
from tests.fairness.answers import SEED, graded
from tests.fairness.plants import plants


def main() -> None:
    """Grade the planted mistakes and print what each costs, then a summary."""
    parser = argparse.ArgumentParser(prog="python -m tests.fairness", description="What every planted mistake costs.")
    parser.add_argument("names", nargs="*", help="problems or parts (default: all)")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    known = {name for plant in plants("mistake") for name in (plant.part, plant.problem)}
    if unknown := set(options.names) - known:
        parser.error(f"there is no problem or part {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")
    chosen = [plant for plant in plants("mistake") if not options.names or {plant.part, plant.problem} & set(options.names)]
    with tempfile.TemporaryDirectory() as folder:
        records = graded([plant.answer for plant in chosen], Path(folder), options.seed)
    found = [costs.cost(records[plant.id], plant.says("nothing works")) for plant in chosen]
    print("  cost  chain  mistake (* nothing works with it), and the first words that its author reads")
    print("\n".join([*costs.lines(found), "", *costs.summary(found)]))


if __name__ == "__main__":
    main()
