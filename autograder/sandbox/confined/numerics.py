"""What differs between a GPU and a CPU, decided once for a child, where the student's code computes; the judge stays on the CPU.

Marks must not depend on the device, and the same seed on the same GPU must give the same file. So wherever a device offers speed for digits,
or a fast order of additions for a fixed one, the digits and the fixed order are taken. What then is left is rounding: kernels add in another
order than the CPU's, within float32's own accuracy, which the tolerances of the checks allow for.

| what differs | decided | why |
|---|---|---|
| products in TF32, 10 bits of mantissa | never | errors of 1e-3, a hundred times what float32 makes |
| sums in half precision inside of products in half precision | never | the CPU adds them in float32 |
| cuDNN tries kernels and keeps the fastest (`benchmark`) | never | another kernel each time, so other digits; trying costs more than it saves here |
| cuDNN's kernels that add in any order | not taken | the backward pass of a convolution would differ from run to run |
| other kernels that add in any order (`index_add`, `scatter_add`, ...) | the fixed ones, where there are | the same |
| kernels that have no fixed order | allowed, without a word | a student may use them, and the check's tolerance covers it |
| fresh memory filled with NaN, as fixed kernels do by default | not | it takes time, and shows in no value that a check looks at |
| random numbers | drawn on the CPU and copied | a GPU's generator is another one; see `autograder/grading/draws.py` |

`CUBLAS_WORKSPACE_CONFIG`, which cuBLAS needs for a fixed order, stands in the environment of the warm process (`sandbox/isolation.py`).
"""

import warnings

import torch


def settle(device: str) -> None:
    """Settle all of this for a process that computes on `device`; on the CPU there is nothing to settle.

    It opens no GPU: only the settings are written down.
    """
    if device == "cpu":
        return
    torch.set_float32_matmul_precision("highest")
    matmul, cudnn = torch.backends.cuda.matmul, torch.backends.cudnn
    matmul.allow_tf32 = cudnn.allow_tf32 = False
    matmul.allow_fp16_reduced_precision_reduction = matmul.allow_bf16_reduced_precision_reduction = False
    cudnn.benchmark, cudnn.deterministic = False, True
    # What torch.use_deterministic_algorithms does, but for importing torch.compile's back end, which takes seconds.
    torch._C._set_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    warnings.filterwarnings("ignore", message=r".* does not have a deterministic implementation", category=UserWarning)
