"""Small archives in the publishers' true layouts, with the specs that match them."""

from __future__ import annotations

import hashlib
import io
import pickle
import struct
import tarfile
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from data_scripts import cifar10, scenes15, svhn, tiny_imagenet
from data_scripts.spec import DataSpec

CIFAR_PER_BATCH = 4
SVHN_LABELS = {"train": (10, 1, 2, 3, 4, 5, 6), "test": (9, 10, 1)}
TINY_WNIDS = ("n02124075", "n01443537", "n04067472")
TINY_TRAIN_PER_CLASS, TINY_VAL = 3, 5
SCENE_COUNTS = {name: 3 + number for number, name in enumerate(scenes15.IMAGES_PER_CLASS)}
SCENE_TEST_PER_CLASS = 2
ORIGINAL_SCENE_FOLDERS = {
    "Bedroom": "bedroom", "Coast": "MITcoast", "Forest": "MITforest", "Highway": "MIThighway",
    "Industrial": "industrial", "InsideCity": "MITinsidecity", "Kitchen": "kitchen", "LivingRoom": "livingroom",
    "Mountain": "MITmountain", "Office": "PARoffice", "OpenCountry": "MITopencountry", "Store": "store",
    "Street": "MITstreet", "Suburb": "CALsuburb", "TallBuilding": "MITtallbuilding",
}  # fmt: skip


def served_by(address: str, spec: DataSpec, contents: dict[str, bytes], **changes: object) -> DataSpec:
    """The spec with the sizes and checksums of small files, and with their address on the test's server."""
    files = tuple(
        replace(
            file,
            addresses=(f"{address}/{file.name}",),
            size_bytes=len(contents[file.name]),
            md5=hashlib.md5(contents[file.name]).hexdigest(),
            sha256=hashlib.sha256(contents[file.name]).hexdigest() if file.sha256 else "",
        )
        for file in spec.files
    )
    return replace(spec, files=files, extra_bytes=0, **changes)  # type: ignore[arg-type]


# CIFAR-10


def cifar_batches() -> dict[str, tuple[np.ndarray, list[int]]]:
    """Six batches of random rows, with labels that name their place."""
    generator = np.random.default_rng(0)
    names = (*cifar10.TRAIN_BATCHES, cifar10.TEST_BATCH)
    return {
        name: (generator.integers(0, 256, (CIFAR_PER_BATCH, 3072), dtype=np.uint8), [n, n + 1, n + 2, n + 3])
        for n, name in enumerate(names)
    }


def python2_pickle(rows: np.ndarray, labels: list[int]) -> bytes:
    """A batch as Python 2 and its numpy wrote the official ones: protocol 2, byte strings."""
    shape = struct.pack("<BHBHB", 0x4D, len(rows), 0x4D, rows.shape[1], 0x86)
    dtype = b"cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    pixels = b"T" + struct.pack("<I", rows.size) + rows.tobytes()
    array = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R(K\x01" + shape + dtype
    numbers = b"](" + b"".join(struct.pack("<BB", 0x4B, label) for label in labels) + b"e"
    return b"\x80\x02}(U\x04data" + array + b"\x89" + pixels + b"tbU\x06labels" + numbers + b"u."


def cifar_tar() -> bytes:
    """`cifar-10-python.tar.gz`, its members in an order of its own like the official one."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, (rows, labels) in sorted(cifar_batches().items(), reverse=True):
            add_to_tar(archive, f"cifar-10-batches-py/{name}", python2_pickle(rows, labels))
        add_to_tar(archive, "cifar-10-batches-py/readme.html", b"<html>")
    return buffer.getvalue()


def add_to_tar(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    """Append one plain file."""
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def cifar_folder(folder: Path, protocol: int) -> Path:
    """The unpacked folder as a program of today writes it, so its bytes are not the official ones."""
    folder.mkdir(parents=True)
    for name, (rows, labels) in cifar_batches().items():
        batch = {b"data": rows, b"labels": labels, b"batch_label": name.encode()}
        (folder / name).write_bytes(pickle.dumps(batch, protocol=protocol))
    return folder


def cifar_spec(address: str, archive: bytes) -> DataSpec:
    """CIFAR-10 with twenty training images."""
    contents = {"cifar-10-python.tar.gz": archive}
    return served_by(address, cifar10.SPEC, contents, n_train=5 * CIFAR_PER_BATCH, n_test=CIFAR_PER_BATCH)


# SVHN


def mat_element(kind: int, content: bytes) -> bytes:
    """One MATLAB 5 element, in the small form where MATLAB would use it."""
    if len(content) <= 4:
        return struct.pack("<HH", kind, len(content)) + content.ljust(4, b"\0")
    return struct.pack("<II", kind, len(content)) + content + b"\0" * (-len(content) % 8)


def mat_matrix(name: str, values: np.ndarray, matlab_class: int) -> bytes:
    """A numeric array; values that fit are stored as bytes whatever the class, as MATLAB does."""
    flags = mat_element(6, struct.pack("<II", matlab_class, 0))
    shape = mat_element(5, np.array(values.shape, dtype="<i4").tobytes())
    stored = mat_element(2, values.astype(np.uint8).tobytes(order="F"))
    return mat_element(14, flags + shape + mat_element(1, name.encode()) + stored)


def mat_file(*matrices: bytes, compressed: bool = True) -> bytes:
    """A whole file; compressed elements have no padding after them."""
    header = b"MATLAB 5.0 MAT-file, Platform: GLNXA64".ljust(124) + struct.pack("<H", 0x0100) + b"IM"
    for matrix in matrices:
        packed = zlib.compress(matrix)
        header += struct.pack("<II", 15, len(packed)) + packed if compressed else matrix
    return header


def svhn_arrays(split: str) -> tuple[np.ndarray, np.ndarray]:
    """X (32, 32, 3, N) and y (N, 1) with the digit 0 written as 10."""
    labels = SVHN_LABELS[split]
    pixels = np.random.default_rng(len(labels)).integers(0, 256, (32, 32, 3, len(labels)), dtype=np.uint8)
    return pixels, np.array(labels)[:, None]


def svhn_files() -> dict[str, bytes]:
    """`train_32x32.mat` and `test_32x32.mat`, y of class double as MATLAB made it."""
    files = {}
    for split in SVHN_LABELS:
        pixels, labels = svhn_arrays(split)
        files[f"{split}_32x32.mat"] = mat_file(mat_matrix("X", pixels, 9), mat_matrix("y", labels, 6))
    return files


def svhn_spec(address: str) -> DataSpec:
    """SVHN with ten images."""
    return served_by(address, svhn.SPEC, svhn_files(), n_train=7, n_test=3)


# Pictures


def jpeg(colour: tuple[int, int, int] | int, width: int = 64, height: int = 64) -> bytes:
    """A picture of one colour, or of one gray when the colour is a number."""
    buffer = io.BytesIO()
    Image.new("L" if isinstance(colour, int) else "RGB", (width, height), colour).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def zipped(contents: dict[str, bytes]) -> bytes:
    """A `.zip` archive of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tiny_files() -> dict[str, bytes]:
    """`tiny-imagenet-200/` with three classes; one training picture is grayscale; the test pictures have no labels."""
    home = "tiny-imagenet-200/"
    files = {
        home + "wnids.txt": "\n".join(TINY_WNIDS).encode(),
        home + "words.txt": b"n01443537\tgoldfish, Carassius auratus\nn02124075\tEgyptian cat\n"
        b"n04067472\treel\nn99999999\tnot here\n",
        home + "test/images/test_0.JPEG": jpeg((1, 2, 3)),
    }
    for number, wnid in enumerate(TINY_WNIDS):
        files[f"{home}train/{wnid}/{wnid}_boxes.txt"] = b"boxes"
        for index in range(TINY_TRAIN_PER_CLASS):
            colour = 90 if (number, index) == (0, 1) else (60 * number, 100, 20 * index)
            files[f"{home}train/{wnid}/images/{wnid}_{index}.JPEG"] = jpeg(colour)
    lines = []
    for index in range(TINY_VAL):
        lines.append(f"val_{index}.JPEG\t{TINY_WNIDS[index % 3]}\t0\t0\t62\t62\n")
        files[f"{home}val/images/val_{index}.JPEG"] = jpeg((10 * index, 0, 0))
    files[home + "val/val_annotations.txt"] = "".join(lines).encode()
    return files


def tiny_spec(address: str, archive: bytes) -> DataSpec:
    """Tiny ImageNet with three classes."""
    contents = {"tiny-imagenet-200.zip": archive}
    n_train = TINY_TRAIN_PER_CLASS * len(TINY_WNIDS)
    return served_by(address, tiny_imagenet.SPEC, contents, n_train=n_train, n_test=TINY_VAL, n_classes=3)


def scene_pictures() -> dict[str, dict[str, bytes]]:
    """Pictures of each class by their original name; no two classes have the same number of them."""
    return {
        name: {
            f"image_{index:04d}.jpg": jpeg(10 * label + index, width=40 + index, height=50)
            for index in range(1, SCENE_COUNTS[name] + 1)
        }
        for label, name in enumerate(scenes15.IMAGES_PER_CLASS)
    }


def scene_files() -> dict[str, bytes]:
    """The original archive: one folder a class, no split."""
    return {
        f"{ORIGINAL_SCENE_FOLDERS[name]}/{picture}": raw
        for name, pictures in scene_pictures().items()
        for picture, raw in pictures.items()
    }


def scene_spec(address: str, archive: bytes) -> DataSpec:
    """15 scenes with two test images a class."""
    n_test = SCENE_TEST_PER_CLASS * len(SCENE_COUNTS)
    contents = {"scene_categories.zip": archive}
    return served_by(address, scenes15.SPEC, contents, n_train=sum(SCENE_COUNTS.values()) - n_test, n_test=n_test)
