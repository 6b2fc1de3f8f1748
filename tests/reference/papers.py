"""
The classifiers of the papers' repositories in plain PyTorch, written from their descriptions, with their parameter names.

    python3 papers.py make MODEL CLASSES CHANNELS FOLDER      a random checkpoint, inputs and logits
    python3 papers.py load MODEL CLASSES CHANNELS FOLDER      the logits of FOLDER/exported.pth, loaded strictly
"""

import argparse
import sys

import numpy
import torch
import torchvision
from torch import nn


def backbone(channels):
    """ResNet-18 without pooling and classifier; the mean of all positions is its feature."""
    network = torchvision.models.resnet18()
    network.conv1 = nn.Conv2d(channels, 64, 7, 2, 3, bias=False)
    network.fc = nn.Identity()
    return network


class Additive(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.fc_x = nn.Linear(512, classes)
        self.fc_y = nn.Linear(512, classes)

    def forward(self, x, y):
        return self.fc_x(x) + self.fc_y(y)


class Joined(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.fc_out = nn.Linear(1024, classes)

    def forward(self, x, y):
        return self.fc_out(torch.cat([x, y], 1))


class Shared(nn.Module):
    """MLA's one head; here its plain mean over the modalities."""

    def __init__(self, classes):
        super().__init__()
        self.fc_out = nn.Linear(512, classes)

    def forward(self, x, y):
        return (self.fc_out(x) + self.fc_out(y)) / 2


class Film(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.fc = nn.Linear(512, 1024)
        self.fc_out = nn.Linear(512, classes)

    def forward(self, x, y):
        gamma, beta = self.fc(x).chunk(2, 1)
        return self.fc_out(gamma * y + beta)


class Gated(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.fc_x = nn.Linear(512, 512)
        self.fc_y = nn.Linear(512, 512)
        self.fc_out = nn.Linear(512, classes)

    def forward(self, x, y):
        return self.fc_out(torch.sigmoid(self.fc_x(x)) * self.fc_y(y))


FUSIONS = {"sum": Additive, "concat": Joined, "shared": Shared, "film": Film, "gated": Gated}


class Classifier(nn.Module):
    """OGM-GE's and MLA's."""

    def __init__(self, fusion, classes, channels):
        super().__init__()
        self.fusion_module = FUSIONS[fusion](classes)
        self.audio_net = backbone(channels)
        self.visual_net = backbone(channels)

    def forward(self, audio, visual):
        return self.fusion_module(self.audio_net(audio), self.visual_net(visual))


class Heads(nn.Module):
    """MMPareto's and Diagnosing & Re-learning's."""

    def __init__(self, classes, channels):
        super().__init__()
        self.audio_net = backbone(channels)
        self.visual_net = backbone(channels)
        self.head = nn.Linear(1024, classes)
        self.head_audio = nn.Linear(512, classes)
        self.head_video = nn.Linear(512, classes)

    def forward(self, audio, visual):
        return self.head(torch.cat([self.audio_net(audio), self.visual_net(visual)], 1))


def model_of(name, classes, channels):
    return Heads(classes, channels) if name == "mmpareto" else Classifier(name, classes, channels)


def unsettle(model):
    """Running statistics as after some training."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)


def make(model, folder, channels):
    unsettle(model)
    inputs = {name: torch.randn(5, channels, 6 // channels // 2 or 1, 2 if channels > 1 else 3) for name in ("audio", "visual")}
    parallel = {"module." + name: value for name, value in model.state_dict().items()}
    optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9)
    torch.save({"saved_epoch": 3, "modulation": "OGM_GE", "alpha": 0.8, "fusion": "concat", "acc": numpy.float64(0.5), "args": argparse.Namespace(lr=0.1),
                "model": parallel, "optimizer": optimizer.state_dict()}, f"{folder}/paper.pth")
    torch.save(model.audio_net.state_dict(), f"{folder}/encoder.pth")
    numpy.savez(f"{folder}/inputs.npz", **{name: value.numpy() for name, value in inputs.items()})


def main(action, name, classes, channels, folder):
    torch.manual_seed(0)
    model = model_of(name, classes, channels)
    if action == "make":
        make(model, folder, channels)
    else:
        model.load_state_dict(torch.load(f"{folder}/exported.pth"), strict=True)
    model.eval()
    inputs = numpy.load(f"{folder}/inputs.npz")
    audio, visual = (torch.from_numpy(inputs[modality]) for modality in ("audio", "visual"))
    with torch.no_grad():
        numpy.savez(f"{folder}/logits.npz", logits=model(audio, visual).numpy(), audio=model.audio_net(audio).numpy())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
