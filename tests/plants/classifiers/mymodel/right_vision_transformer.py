"""A tiny vision transformer with learned positions and a class token.

replaces: models/mymodel.py
"""
import torch
import torch.nn.functional as F
from torch import nn


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        self.patch = 4
        width, patches = 32, -(-im_size[1] // self.patch) * -(-im_size[2] // self.patch)
        self.embed = nn.Conv2d(im_size[0], width, self.patch, stride=self.patch)
        self.token = nn.Parameter(torch.zeros(1, 1, width))
        self.position = nn.Parameter(0.02 * torch.randn(1, patches + 1, width))
        layer = nn.TransformerEncoderLayer(width, 4, dim_feedforward=64, dropout=0.1, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, num_layers=2, enable_nested_tensor=False)
        self.head = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, n_classes))

    def forward(self, images):
        images = F.pad(images, (0, -images.shape[3] % self.patch, 0, -images.shape[2] % self.patch))
        patches = self.embed(images).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.token.expand(len(images), -1, -1), patches], dim=1) + self.position
        return self.head(self.encoder(tokens)[:, 0])
