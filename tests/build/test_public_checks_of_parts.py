"""Public checks of parts 2 to 4: right answers of many kinds pass, and mistakes that cost much are named before the deadline."""

import shutil
from pathlib import Path

import pytest
from test_public_checks import run_checks

from autograder.build import build
from autograder.course import SOLUTIONS, parts

PLANTS = Path(__file__).resolve().parents[1] / "plants"
FILES = {part.id: part.files for part in parts()}
OUTPUT = "nn.Linear(spec.fc_nodes, spec.n_classes)"
# A solution's file, what stands there, what a student writes instead, the check, and words of its message.
MISTAKES = {
    "a head's ReLU": (
        "distillation/networks.py",
        f"layers.append({OUTPUT})",
        f"layers += [{OUTPUT}, nn.ReLU()]",
        "is there a ReLU behind the output layer? Scores are raw.",
    ),
    "softmax in a head": (
        "distillation/networks.py",
        f"layers.append({OUTPUT})",
        f"layers += [{OUTPUT}, nn.Softmax(dim=1)]",
        "was softmax applied? The loss does that",
    ),
    "other kernels": (
        "distillation/networks.py",
        "kernel_size=3, padding=1",
        "kernel_size=5, padding=2",
        "the five kernels should be 3x3; they are [(5, 5), ",
    ),
    "the other pool": (
        "distillation/networks.py",
        '"average": nn.AvgPool2d',
        '"average": nn.MaxPool2d',
        "`spec.pooling` is `average`: 2.5.",
    ),
    "a pool too many": (
        "distillation/networks.py",
        "if position in pooled_after:",
        "for _ in range(2 * (position in pooled_after)):",
        "the linear layers should go 192 -> 7 -> 5",
    ),
    "no hidden ReLU": (
        "distillation/networks.py",
        "spec.fc_nodes), nn.ReLU()]",
        "spec.fc_nodes)]",
        "Is there a ReLU behind the hidden layer?",
    ),
    "a scene's ReLU": (
        "scenes/simple_net.py",
        "nn.Linear(100, 15))",
        "nn.Linear(100, 15), nn.ReLU())",
        "is there a ReLU or a sigmoid behind the last layer?",
    ),
    "a scene's softmax": (
        "scenes/simple_net_dropout.py",
        "nn.Linear(100, 15))",
        "nn.Linear(100, 15), nn.Softmax(1))",
        "each row sums to 1: softmax was already applied",
    ),
    "a scene's log": (
        "scenes/simple_net.py",
        "nn.Linear(100, 15))",
        "nn.Linear(100, 15), nn.LogSoftmax(1))",
        "each row is the logarithm of a softmax already",
    ),
    "a transferred ReLU": (
        "transfer/resnet_heads.py",
        "return self.head(self.trunk(images))",
        "return self.head(self.trunk(images)).relu()",
        "is there a ReLU, sigmoid or softmax behind the last layer?",
    ),
}
RIGHT = [
    path
    for problem in ("distillation/networks", "scenes/simple_net", "scenes/simple_net_dropout", "transfer/transfer")
    for path in sorted((PLANTS / problem).glob("right_*.py"))
]
NAMES = {path: f"right-{path.parent.name}-{path.stem}" for path in RIGHT}


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What each run prints."""
    top = tmp_path_factory.mktemp("parts")
    build(assignment=top / "stubs")
    runs = {}

    def solved(name, part, change=None):
        """A part with the solutions in the place of gaps, and one file changed."""
        folder = top / name / part
        shutil.copytree(top / "stubs" / part, folder)
        for file in FILES[part]:
            shutil.copy(SOLUTIONS / part / file, folder / file)
        if change:
            change(folder)
        return folder

    for part in parts():
        if part.id != "classifiers":
            runs[part.id] = (solved("whole", part.id), ["checks"])
    for name, (file, old, new, _) in MISTAKES.items():
        part, _, path = file.partition("/")

        def plant(folder, path=path, old=old, new=new):
            text = (folder / path).read_text()
            assert text.count(old) == 1, (path, old)
            (folder / path).write_text(text.replace(old, new))

        problem = "transfer" if part == "transfer" else path.removesuffix(".py")
        chosen = ["-k", "gives_scores and softmax"] if part == "transfer" else []
        runs[name] = (solved(name.replace(" ", "_").replace("'", ""), part, plant), [f"checks/test_{problem}.py", *chosen])
    for path in RIGHT:
        part, problem = path.parts[-3:-1]
        file = path.read_text().split("\nreplaces: ")[1].split("\n")[0]
        folder = solved(NAMES[path], part, lambda folder, path=path, file=file: shutil.copy(path, folder / file))
        chosen = ["-k", "layers_of_the_table"] if part == "transfer" else []
        runs[NAMES[path]] = (folder, [f"checks/test_{problem}.py", *chosen])
    return run_checks(top, {name.replace(" ", "_"): run for name, run in runs.items()})


@pytest.mark.parametrize("part", ["distillation", "scenes", "transfer"])
def test_the_solution_passes_every_public_check(printed, part):
    """Of each part."""
    assert "public checks passed; the hidden checks" in printed[part] and " of " not in printed[part].splitlines()[-2], printed[
        part
    ]


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_that_costs_much_is_named(printed, name):
    """Before the deadline, by a question that leads to it."""
    assert MISTAKES[name][-1] in printed[name.replace(" ", "_")], printed[name.replace(" ", "_")]


@pytest.mark.parametrize("path", RIGHT, ids=NAMES.values())
def test_right_answers_of_other_kinds_pass(printed, path):
    """No public check asks for more than the handout."""
    output = printed[NAMES[path]]
    assert "public checks passed" in output and "FAILED" not in output, output
