"""The pictures of a folder tree as a data set: part 3, task 3.3."""

from pathlib import Path

from PIL import Image
from torch.utils.data import Dataset


class ImageLoader(Dataset):
    """Grayscale pictures below `root_dir/SPLIT/CLASS/*.jpg`, each with the number of its class.

    Pictures are read when they are asked for, never all at once.

    Attributes:
        class_dict: from class name to class number, 0, 1, ...; the same for both splits.
    Raises:
        ValueError: `split` is neither "train" nor "test".
        FileNotFoundError: the split's folder does not exist.
    """

    def __init__(self, root_dir, split: str = "train", transform=None):
        """Find the pictures of one split.

        Args:
            root_dir: folder that holds `train` and `test`.
            split: "train" or "test".
            transform: callable from a PIL image to what `dataset[i]` should give; None gives the PIL image.
        """
        if split not in ("train", "test"):
            raise ValueError(f'split is "train" or "test", not {split!r}')
        self.root_dir = Path(root_dir)
        self.split_dir = self.root_dir / split
        self.transform = transform
        if not self.split_dir.is_dir():
            raise FileNotFoundError(f"no folder {self.split_dir}")
        self.class_dict = self._number_classes()
        self.samples = self._find_samples()

    def _number_classes(self) -> dict[str, int]:
        """Number the classes.

        A stray file beside the class folders is no class, nor is a hidden folder (".ipynb_checkpoints"). A class
        that one of the splits lacks must not shift the numbers of the others.

        Returns:
            from class name to its number, over both splits.
        """
        # Task 3.3: A data set of scenes, 8 points, about 12 lines. Check it with: pytest checks/test_image_loader.py
        raise NotImplementedError("Task 3.3: ImageLoader._number_classes is not written yet")

    def _find_samples(self) -> list[tuple[Path, int]]:
        """List the split's pictures.

        Returns:
            (path of a `.jpg`, number of its class), in an order that is the same on every machine.
        """
        # Task 3.3: A data set of scenes, 8 points, about 12 lines. Check it with: pytest checks/test_image_loader.py
        raise NotImplementedError("Task 3.3: ImageLoader._find_samples is not written yet")

    def load_img_from_path(self, path) -> Image.Image:
        """Read one picture.

        Args:
            path: an image file, colour or grayscale.
        Returns:
            a grayscale PIL image (mode "L"), fully read: no file stays open.
        """
        # Task 3.3: A data set of scenes, 8 points, about 12 lines. Check it with: pytest checks/test_image_loader.py
        raise NotImplementedError("Task 3.3: ImageLoader.load_img_from_path is not written yet")

    def __len__(self) -> int:
        """Number of pictures in the split.

        Returns:
            an int.
        """
        # Task 3.3: A data set of scenes, 8 points, about 12 lines. Check it with: pytest checks/test_image_loader.py
        raise NotImplementedError("Task 3.3: ImageLoader.__len__ is not written yet")

    def __getitem__(self, index: int):
        """One picture and its class.

        Args:
            index: 0 up to the number of pictures, without it.
        Returns:
            (picture, label): the transformed picture, and the class number as an int.
        Raises:
            IndexError: there is no such picture.
        """
        # Task 3.3: A data set of scenes, 8 points, about 12 lines. Check it with: pytest checks/test_image_loader.py
        raise NotImplementedError("Task 3.3: ImageLoader.__getitem__ is not written yet")
