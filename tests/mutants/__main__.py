"""Change the worked solutions in one place at a time, grade each change, and list what no check sees.

python -m tests.mutants                     # all problems; some minutes
python -m tests.mutants softmax ema         # of these problems
python -m tests.mutants --sample 50         # some of them, drawn by --seed
"""

import argparse
import random
import sys
import tempfile
from pathlib import Path

from autograder.course import problems
from tests.fairness.answers import SEED, graded
from tests.mutants.mutations import Mutation, mutations
from tests.mutants.survivors import Known, Verdict, table, unexplained, verdict

# A changed loop may never end. Nobody's mark hangs on it, so there is no need for more patience.
PATIENCE_S = 15


def judged(chosen: list[Mutation], seed: int = SEED) -> list[Verdict]:
    """Grade mutations and say what became of each."""
    with tempfile.TemporaryDirectory() as folder:
        records = graded([mutation.answer for mutation in chosen], Path(folder), seed, PATIENCE_S)
    known = Known.read()
    return [verdict(mutation, records[mutation.answer.id], known) for mutation in chosen]


def main() -> int:
    """Grade the mutations that are asked for, print what is unexplained and a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description="One-place changes that no check sees.")
    parser.add_argument("problems", nargs="*", help="(default: all)")
    parser.add_argument("--sample", type=int, help="how many to draw (default: all)")
    parser.add_argument("--seed", type=int, default=SEED, help="of the hidden inputs and of the sample")
    options = parser.parse_args()
    if unknown := set(options.problems) - set(problems()):
        parser.error(f"there is no problem {', '.join(sorted(unknown))}; known: {', '.join(problems())}")
    chosen = [one for name in options.problems or problems() for one in mutations(problems()[name])]
    if options.sample:
        chosen = random.Random(options.seed).sample(chosen, min(options.sample, len(chosen)))
    found = judged(chosen, options.seed)
    open_ones = unexplained(found)
    print("\n".join([*open_ones, "", *table(found)]))
    return 1 if open_ones else 0


if __name__ == "__main__":
    sys.exit(main())
