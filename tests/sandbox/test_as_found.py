"""Promises of a child about itself: it notices what code has set or replaced, and takes nothing usual for it."""

import json
import subprocess
import sys

import pytest

from autograder.course import KIT_ROOT

# Each runs in a fork of one process that has imported what a warm process has.
USUAL = {
    "an optimizer": "torch.optim.Adam([torch.zeros(1, requires_grad=True)]).step()",
    "a hook of a module": "torch.nn.ReLU().register_forward_hook(print)",
    "modules imported late": "import torchvision.models, torch.utils.data, torch.nn.utils.prune; torchvision.models.resnet18()",
    "random numbers": "torch.rand(3); torch.manual_seed(0); import random; random.seed(1)",
    "no gradients for a while": "with torch.no_grad(): torch.zeros(1)",
    "warnings for a while": "import warnings\nwith warnings.catch_warnings(): warnings.simplefilter('ignore')",
    "errors of numpy for a while": "import numpy\nwith numpy.errstate(all='raise'): pass",
    "a logger": "import logging; logging.getLogger('mine').setLevel(logging.INFO)",
    "a data set": "class Data(torch.utils.data.Dataset): pass\ntorch.utils.data.DataLoader([1, 2])",
    "a class": "class Net(torch.nn.Module): pass\nNet()",
}
CHANGES = {
    "torch.set_default_dtype(torch.float64)": "default dtype",
    "torch.set_default_device('meta')": "default device",
    "torch.set_grad_enabled(False)": "gradients",
    "torch.set_flush_denormal(True)": "subnormal numbers",
    "torch.autograd.set_detect_anomaly(True)": "anomaly mode",
    "torch.use_deterministic_algorithms(True)": "deterministic algorithms",
    "torch.overrides.BaseTorchFunctionMode().__enter__()": "modes of functions",
    "import threading, time; threading.Thread(target=time.sleep, args=(9,), daemon=True).start()": "threads",
    "import sys; sys.settrace(lambda *_: None)": "tracing",
    "import sys; sys.setrecursionlimit(50)": "recursion",
    "import sys; sys.path.insert(0, '/')": "path",
    "import sys; sys.stdout = open('/dev/null', 'w')": "streams",
    "import os; os.environ['SEEN'] = '1'": "environment",
    "import os; os.chdir('/')": "folder",
    "import signal; signal.signal(signal.SIGALRM, print)": "signals",
    "import signal; signal.setitimer(signal.ITIMER_REAL, 100)": "timer",
    "torch.nn.modules.module.register_module_forward_hook(print)": "hooks on every module",
    "import builtins; builtins.answer = 42": "built-in names",
    "import builtins; builtins.abs = max": "builtins.abs",
    "torch.relu = abs": "torch.relu",
    "torch.allclose = max": "torch.allclose",
    "torch.nn.functional.cross_entropy = max": "torch.nn.functional.cross_entropy",
    "torch.nn.Linear.forward = max": "Linear.forward",
    "torch.nn.Module.kept = 1": "Module.kept",
    "torch.Tensor.sum = max": "Tensor.sum",
    "torch.optim.SGD.zero_grad = max": "SGD.zero_grad",
    "torch.kept = max": "torch.kept",
    "import random; random.random = max": "random.random",
    "import numpy; numpy.mean = max": "numpy.mean",
    "del torch.nn.functional.relu": "torch.nn.functional.relu",
    "import _thread, time; _thread.start_new_thread(time.sleep, (9,)); time.sleep(0.5)": "threads",
    "import os; os.dup2(os.open('/dev/null', os.O_WRONLY), 2)": "output",
    "import numpy; numpy.seterr(all='raise')": "errors of numpy",
    "import logging; logging.basicConfig(level=logging.INFO)": "logging",
    "import logging; logging.disable()": "logging",
    "import gc; gc.disable()": "collecting",
    "known = torch.backends.quantized; known.engine = next(name for name in known.supported_engines if name != known.engine)": "libraries behind torch",
    "torch.backends.cudnn.benchmark = True": "cuDNN",
    "torch.serialization.add_safe_globals([type('Kept', (), {})])": "what may be unpickled",
    "import warnings; warnings.warn = max": "warnings.warn",
    "torch.utils.data.DataLoader.kept = 1": "DataLoader.kept",
    "torch.optim.lr_scheduler.StepLR.get_lr = max": "StepLR.get_lr",
    "from torchvision.transforms import ToTensor; ToTensor.__call__ = max": "ToTensor.__call__",
}
IN_FORKS = """
import json, os, sys
from autograder.sandbox.confined import as_found, warm
warm.warm_up(train=True)
for code in json.load(sys.stdin):
    pid = os.fork()
    if not pid:
        found = as_found.AsFound()
        exec(code, {"torch": as_found.torch})
        os.write(1, (json.dumps(found.changes()) + "\\n").encode())
        os._exit(0)
    os.waitpid(pid, 0)
"""


@pytest.fixture(scope="module")
def changes():
    """What a fresh process says of itself after each piece of code."""
    codes = [*USUAL.values(), *CHANGES]
    asked = subprocess.run(
        [sys.executable, "-c", IN_FORKS], input=json.dumps(codes), capture_output=True, text=True, cwd=KIT_ROOT, timeout=300
    )
    said = [json.loads(line) for line in asked.stdout.splitlines()]
    assert len(said) == len(codes), asked.stderr[-2000:]
    return dict(zip(codes, said))


@pytest.mark.parametrize("code", USUAL.values(), ids=list(USUAL))
def test_what_is_usual_changes_nothing(changes, code):
    """Else hardly a child could go on."""
    assert changes[code] == []


@pytest.mark.parametrize("code, named", CHANGES.items(), ids=list(CHANGES.values()))
def test_what_another_problem_could_lean_on_or_stumble_over_is_noticed(changes, code, named):
    """Settings, hooks, threads, and functions and classes of torch, numpy and Python."""
    assert named in changes[code]
