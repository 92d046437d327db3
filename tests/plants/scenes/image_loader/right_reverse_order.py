"""Classes numbered in the opposite order of the alphabet; labels as 0-dim tensors.

replaces: image_loader.py
"""

from glob import glob
from os.path import basename, dirname, isdir, join

import torch
from PIL import Image


class ImageLoader(torch.utils.data.Dataset):
    def __init__(self, root_dir, split="train", transform=None):
        folders = [path for path in glob(join(str(root_dir), "*", "*")) if isdir(path)]
        names = sorted({basename(path) for path in folders}, reverse=True)
        self.class_dict = {names[number]: number for number in range(len(names))}
        self.files = glob(join(str(root_dir), split, "*", "*.jpg"))
        self.files.sort(key=lambda path: (self.class_dict[basename(dirname(path))], path))
        self.transform = transform or (lambda image: image)

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        file = self.files[index]
        label = torch.tensor(self.class_dict[basename(dirname(file))])
        return self.transform(self.load_img_from_path(file)), label

    @staticmethod
    def load_img_from_path(path):
        with open(path, "rb") as stream:
            return Image.open(stream).convert(mode="L")
