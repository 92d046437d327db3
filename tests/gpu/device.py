"""A device of torch that stands in for a GPU, so that every machine tells whether tensors of two devices meet anywhere in a child.

    with found(folder) as name: ...         warm processes and other programs that are started meanwhile have the device of this name

Its memory is the processor's, and so are its digits; its rules are CUDA's: see `device.cpp`. It does not stand in for CUDA's digits, its
streams, `torch.cuda` beyond `.cuda()`, or the name "cuda".
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
import torch

from .torch_standin import NAME

SOURCE, HEADER, MODULE = (Path(__file__).with_name(name) for name in ("device.cpp", "device.h", "torch_standin.py"))
# The harness hands folders of this ending on to the warm process; there torch looks through them for devices to load.
PACKAGES = "stand-in-packages"
ENTRY = f"[torch.backends]\n{NAME} = {MODULE.stem}:load\n"


@contextlib.contextmanager
def found(folder: Path) -> Iterator[str]:
    """Builds the device in a folder, unless it is there, and lets programs find it that are started meanwhile.

    Args:
        folder: may be kept from run to run.
    """
    packages = str(built(folder))
    path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), packages]))
    with mock.patch.object(sys, "path", [*sys.path, packages]), mock.patch.dict(os.environ, PYTHONPATH=path):
        yield NAME


def built(folder: Path) -> Path:
    """The folder of packages that holds the device; a skip where there is no C++ compiler."""
    compiler = shutil.which("g++")
    if compiler is None:
        pytest.skip("there is no g++ here to build a device that stands in for a GPU with")
    version = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True).stdout
    files = (file.read_text(encoding="utf-8") for file in (Path(__file__), SOURCE, HEADER, MODULE))
    what = "\0".join([version, torch.__version__, *files])
    packages = folder / hashlib.sha256(what.encode()).hexdigest()[:16] / PACKAGES
    if not packages.exists():
        _compile(compiler, packages)
    return packages


def _compile(compiler: str, packages: Path) -> None:
    """Build the library and lay module and entry point beside it; the folder has its name only when all of it is there."""
    half = packages.with_name(f"{packages.name}.{os.getpid()}")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    torch_folder = Path(torch.__file__).parent
    flags = ["-std=c++20", "-O0", "-shared", "-fPIC", "-w", f"-D_GLIBCXX_USE_CXX11_ABI={int(torch._C._GLIBCXX_USE_CXX11_ABI)}"]
    places = [f"-I{torch_folder / 'include'}", f"-L{torch_folder / 'lib'}"]
    library = str(half / "device.so")
    done = subprocess.run(
        [compiler, *flags, *places, "-o", library, str(SOURCE), "-ltorch_cpu", "-lc10"], capture_output=True, text=True
    )
    assert not done.returncode, f"{SOURCE.name} does not fit torch {torch.__version__}:\n{done.stderr[:3000]}"
    shutil.copy(MODULE, half)
    about = half / f"{MODULE.stem}-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {MODULE.stem}\nVersion: 1\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(ENTRY, encoding="utf-8")
    half.rename(packages)
