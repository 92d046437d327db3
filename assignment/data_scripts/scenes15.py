"""15 scenes: 4,485 grayscale photographs of places, from bedrooms to mountains.

Layouts that are understood, all with one folder of `.jpg` a class:
- the original archive, without a split (`MITcoast/image_0001.jpg`, `PARoffice/...`);
- the same images in numbered folders (`00` to `14`), as figshare has them: that archive is a `.rar`, which Python
  cannot open, so unpack it and give the folder; a class is then recognised by how many images it has;
- folders that have a split already (`train/Bedroom/...`, `test/Bedroom/...`): it is kept.

The course's split has 100 test images a class (1,500) and all others for training (2,985). Where the source has no
split, the 100 images of a class whose files have the smallest SHA-256 are its test images: the same images whatever
they are called, and two equal files never end up on both sides.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from data_scripts.errors import SourceError
from data_scripts.images import decode_image
from data_scripts.sources import Source
from data_scripts.spec import DataSpec, RemoteFile
from data_scripts.writer import SPLITS, DatasetWriter

SIDE_PX = 64
TEST_IMAGES_PER_CLASS = 100
IMAGES_PER_CLASS = {
    "Bedroom": 216,
    "Coast": 360,
    "Forest": 328,
    "Highway": 260,
    "Industrial": 311,
    "InsideCity": 308,
    "Kitchen": 210,
    "LivingRoom": 289,
    "Mountain": 374,
    "Office": 215,
    "OpenCountry": 410,
    "Store": 315,
    "Street": 292,
    "Suburb": 241,
    "TallBuilding": 356,
}
PICTURE = (".jpg", ".jpeg")
Pictures = dict[tuple[str, str], list[str]]


def convert(source: Source, writer: DatasetWriter) -> dict[str, Any]:
    """Copy the pictures to `train/CLASS/` and `test/CLASS/`, and put them scaled to 64x64 into the arrays.

    Args:
        source: an archive or folder in one of the layouts above.
        writer: receives images and labels; the class folders go into its folder.
    Returns:
        How the split came about, and the folders that belong to the data set beside its arrays.
    Raises:
        SourceError: another layout, or a broken picture.
    """
    pictures = _pictures(source, writer.spec.class_names)
    has_split = any(split for split, _ in pictures)
    if not has_split:
        pictures = _split(source, pictures, writer.spec.n_test // len(writer.spec.class_names))
    for split in SPLITS:
        start = 0
        for label, class_name in enumerate(writer.spec.class_names):
            names = pictures.get((split, class_name), [])
            images = _copy(source, names, writer, f"{split}/{class_name}")
            writer.put(split, start, images, np.full(len(images), label))
            start += len(images)
    rule = "as in the source" if has_split else "test images have the smallest SHA-256 of their class"
    return {"split": rule, "folders": list(SPLITS)}


def _pictures(source: Source, class_names: tuple[str, ...]) -> Pictures:
    """The pictures of each (split, class), in natural order; split is `""` where the source has none."""
    by_folder: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in source.sizes:
        path = PurePosixPath(name)
        if path.suffix.lower() in PICTURE and len(path.parts) > 1 and not path.name.startswith("."):
            split = path.parts[-3] if len(path.parts) > 2 and path.parts[-3] in SPLITS else ""
            by_folder[split, path.parts[-2]].append(name)
    known = {_plain(name): name for name in class_names}
    pictures: Pictures = {}
    for (split, folder), names in by_folder.items():
        class_name = known.get(_plain(folder)) or _class_by_size(folder, len(names))
        if class_name:
            pictures[split, class_name] = sorted(names, key=_natural)
    missing = [name for name in class_names if not any(key[1] == name for key in pictures)]
    if missing:
        raise SourceError(f"{source.path} has no folder of pictures for {', '.join(missing)}; give another --source")
    return pictures


def _plain(folder: str) -> str:
    """`MITinsidecity` and `inside city` and `InsideCity` are one class."""
    return re.sub("[^a-z]", "", re.sub("^(MIT|CAL|PAR)", "", folder).lower())


def _class_by_size(folder: str, n_images: int) -> str | None:
    """The class of a numbered folder: every class has another number of images."""
    if not re.fullmatch(r"\d\d?", folder):
        return None
    return next((name for name, count in IMAGES_PER_CLASS.items() if count == n_images), None)


def _split(source: Source, pictures: Pictures, n_test: int) -> Pictures:
    divided: Pictures = {}
    for (_, class_name), names in pictures.items():
        digests = {name: hashlib.sha256(source.read(name)).hexdigest() for name in names}
        test = set(sorted(names, key=lambda name: digests[name])[:n_test])
        divided["test", class_name] = [name for name in names if name in test]
        divided["train", class_name] = [name for name in names if name not in test]
    return divided


def _copy(source: Source, names: list[str], writer: DatasetWriter, folder: str) -> np.ndarray:
    """Copy pictures unchanged into the class folder; return them as (N, 1, 64, 64) uint8."""
    target = writer.folder / folder
    target.mkdir(parents=True)
    images = np.empty((len(names), *writer.spec.image_shape), dtype=np.uint8)
    for index, name in enumerate(names):
        raw = source.read(name)
        images[index] = decode_image(raw, name, "L", SIDE_PX)
        (target / (re.sub(r"[^\w-]", "_", PurePosixPath(name).stem) + ".jpg")).write_bytes(raw)
    return images


def _natural(name: str) -> list[Any]:
    """Sort key that puts `2.jpg` before `10.jpg`."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


ORIGINAL = "http://www-cvr.ai.uiuc.edu/ponce_grp/data/scene_categories/scene_categories.zip"

SPEC = DataSpec(
    name="scenes15",
    title="15 scenes",
    homepage="https://figshare.com/articles/dataset/15-Scene_Image_Dataset/7007177",
    licence="none stated, for research and teaching; cite Lazebnik, Schmid and Ponce 2006, Beyond Bags of Features",
    files=(
        RemoteFile(
            name="scene_categories.zip",
            # The authors' host has gone; the Web Archive keeps the file, `id_` asks for it without any changes.
            addresses=(
                f"https://web.archive.org/web/20070829035029id_/{ORIGINAL}",
                f"https://web.archive.org/web/20070829035029/{ORIGINAL}",
                ORIGINAL,
            ),
            size_bytes=91_700_000,
            md5="58828019197b2ad0a7efb472e7a85c2a",
            exact_size=False,
        ),
    ),
    class_names=tuple(IMAGES_PER_CLASS),
    image_shape=(1, SIDE_PX, SIDE_PX),
    n_train=sum(IMAGES_PER_CLASS.values()) - TEST_IMAGES_PER_CLASS * len(IMAGES_PER_CLASS),
    n_test=TEST_IMAGES_PER_CLASS * len(IMAGES_PER_CLASS),
    convert=convert,
    n_classes=len(IMAGES_PER_CLASS),
    extra_bytes=92_000_000,
)
