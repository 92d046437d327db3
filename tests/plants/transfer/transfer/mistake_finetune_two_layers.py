"""finetune adds two layers behind the 1000 scores.

replaces: resnet_heads.py
message: there is more than one extra layer
old: return nn.Linear(1000, n_classes)
new: return nn.Sequential(nn.Linear(1000, 256), nn.ReLU(), nn.Linear(256, n_classes))
"""
