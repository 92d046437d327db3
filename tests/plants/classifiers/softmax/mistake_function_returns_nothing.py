"""A function stands in the place of the class.

replaces: models/softmax.py
message: it should be an nn.Module
nothing works: no model is returned
"""
from torch import nn


def Softmax(im_size, n_classes):
    model = nn.Sequential(nn.Flatten(), nn.Linear(im_size[0] * im_size[1] * im_size[2], n_classes))
    model.eval()
