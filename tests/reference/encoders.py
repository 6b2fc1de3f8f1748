"""
An independent definition of every encoder, from the papers and from torch's and torchvision's own modules.

    python3 encoders.py CASE...

A case holds encoder.json (type, settings, shape of a sample), weights.safetensors (the encoder's state dict), input.safetensors (input,
mask if there is one, and `direction`, a number for every element of the feature). outcome.safetensors gets, for training and for evaluation,
the features and the gradient of `sum(features * direction)` with respect to every parameter and to a float input.
"""

import json
import os
import sys

import torch
import torch.nn.functional as F
import torchvision
from torch import nn

import arrays


def pictures(x):
    return x.transpose(1, 2).flatten(0, 1) if x.dim() == 5 else x


def over_frames(features, x):
    return features.view(len(x), -1, features.shape[-1]).mean(1)


def mean_of_real(x, mask):
    if mask is None:
        return x.mean(1)
    total = torch.stack([row[real].sum(0) for row, real in zip(x, mask)])
    return total / mask.sum(1).clamp(min=1)[:, None]


def line(length, width):
    """[sin | cos] of position times 10000^(-j / (width/2))."""
    rates = 10000.0 ** (-torch.arange(width // 2, dtype=torch.float64) / (width // 2))
    angles = torch.outer(torch.arange(length, dtype=torch.float64), rates)
    return torch.cat([angles.sin(), angles.cos()], 1).float()


def grid(rows, columns, width):
    """The first half of the width tells the column, the second the row."""
    by_column, by_row = line(columns, width // 2), line(rows, width // 2)
    return torch.cat([by_column.repeat(rows, 1), by_row.repeat_interleave(columns, 0)], 1)


class PreNorm(nn.Module):
    """torch's own attention; the parameters come by name from a state dict."""

    def __init__(self, heads, names, epsilon=1e-5, gelu="none", norms=""):
        super().__init__()
        self.heads, self.names, self.epsilon, self.gelu, self.norms = heads, names, epsilon, gelu, norms

    def forward(self, p, prefix, x, mask):
        norm1, qkv, projection, norm2, fc1, fc2 = (prefix + name for name in self.names)
        width = x.shape[-1]

        def norm(name, y):
            name += self.norms
            return F.layer_norm(y, (width,), p[f"{name}.weight"], p[f"{name}.bias"], self.epsilon)

        y = norm(norm1, x).transpose(0, 1)
        y, _ = F.multi_head_attention_forward(
            y, y, y, width, self.heads, p[f"{qkv}weight"], p[f"{qkv}bias"], None, None, False, 0.0,
            p[f"{projection}weight"], p[f"{projection}bias"], key_padding_mask=None if mask is None else ~mask, need_weights=False)
        x = x + y.transpose(0, 1)
        y = F.gelu(F.linear(norm(norm2, x), p[f"{fc1}weight"], p[f"{fc1}bias"]), approximate=self.gelu)
        return x + F.linear(y, p[f"{fc2}weight"], p[f"{fc2}bias"])


TIMM = ("norm1", "attn.qkv.", "attn.proj.", "norm2", "mlp.fc1.", "mlp.fc2.")
PORT = ("layer_norm1", "attention.qkv_linear.", "attention.fc.", "layer_norm2", "transformer_mlp.fc1.", "transformer_mlp.fc2.")


def last_norm(p, name, x, epsilon=1e-5):
    return F.layer_norm(x, x.shape[-1:], p[f"{name}.weight"], p[f"{name}.bias"], epsilon)


def m3ae(p, s, x, mask):
    released = s.get("variant") == "mla-release"
    if s["kind"] == "text":
        tokens = p["text_embedding.weight"][x] + line(x.shape[1], s["width"]) + p["encoder_text_type_embedding"]
    else:
        frames, side = pictures(x), s["patch"]
        cut = F.unfold(frames, side, stride=side)  # (channel, y, x), patches row by row
        cut = cut.view(len(frames), frames.shape[1], side * side, -1)
        cut = (cut if released else cut.transpose(1, 2)).flatten(1, 2).transpose(1, 2)
        rows, columns = frames.shape[2] // side, frames.shape[3] // side
        tokens = F.linear(cut, p["image_embedding.weight"], p["image_embedding.bias"]) + grid(rows, columns, s["width"]) + p["encoder_image_type_embedding"]
    tokens = torch.cat([p["cls_token"].repeat(len(tokens), 1, 1), tokens], 1)
    if mask is not None:
        mask = torch.cat([torch.ones(len(mask), 1, dtype=torch.bool), mask], 1)
    epsilon, gelu = (1e-5, "none") if released else (1e-6, "tanh")
    block = PreNorm(s["heads"], PORT, epsilon, gelu)
    for i in range(s["depth"]):
        tokens = block(p, f"encoder.blocks.{i}.", tokens, mask)
    return over_frames(last_norm(p, "encoder.layer_norm", tokens, epsilon).mean(1), x)


def cav_mae(p, s, x, mask):
    m = "a" if s["kind"] == "spectrogram" else "v"
    tokens = F.conv2d(pictures(x), p[f"patch_embed_{m}.proj.weight"], p[f"patch_embed_{m}.proj.bias"], stride=s["patch"])
    tokens = tokens.flatten(2).transpose(1, 2) + p[f"pos_embed_{m}"] + p[f"modality_{m}"]
    for i in range(s["depth"] - 1):
        tokens = PreNorm(s["heads"], TIMM)(p, f"blocks_{m}.{i}.", tokens, None)
    tokens = PreNorm(s["heads"], TIMM, norms=f"_{m}")(p, "blocks_u.0.", tokens, None)
    return over_frames(last_norm(p, f"norm_{m}", tokens).mean(1), x)


def sequence(p, s, x, mask):
    x = p["embedding.weight"][x] if s["kind"] == "text" else F.linear(x, p["projection.weight"], p["projection.bias"])
    x = x + line(x.shape[1], s["width"])
    for i in range(s["depth"]):
        x = PreNorm(s["heads"], TIMM)(p, f"encoder.blocks.{i}.", x, mask)
    return mean_of_real(last_norm(p, "encoder.norm", x), mask)


def bert(p, s, x, mask):
    width = s["width"]

    def linear(name, y):
        return F.linear(y, p[f"{name}.weight"], p[f"{name}.bias"])

    def norm(name, y):
        return F.layer_norm(y, (width,), p[f"{name}.weight"], p[f"{name}.bias"], 1e-12)

    h = p["embeddings.word_embeddings.weight"][x] + p["embeddings.position_embeddings.weight"][:x.shape[1]]
    h = norm("embeddings.LayerNorm", h + p["embeddings.token_type_embeddings.weight"][0])
    for i in range(s["depth"]):
        at = f"encoder.layer.{i}."
        q, k, v = (linear(f"{at}attention.self.{part}", h).unflatten(2, (s["heads"], -1)) for part in ("query", "key", "value"))
        scores = torch.einsum("bihd,bjhd->bhij", q, k) / (width // s["heads"]) ** 0.5
        if mask is not None:
            scores = scores + (~mask)[:, None, None, :] * torch.finfo(torch.float32).min
        mixed = torch.einsum("bhij,bjhd->bihd", scores.softmax(-1), v).flatten(2)
        h = norm(f"{at}attention.output.LayerNorm", h + linear(f"{at}attention.output.dense", mixed))
        h = norm(f"{at}output.LayerNorm", h + linear(f"{at}output.dense", F.gelu(linear(f"{at}intermediate.dense", h))))
    if s["pooling"] == "mean":
        return mean_of_real(h, mask)
    return linear("pooler.dense", h[:, 0]).tanh() if s["pooling"] == "pooler" else h[:, 0]


def gru(p, s, x, mask):
    """The equations, step by step, sequence by sequence: no packing to go wrong."""
    lengths = [x.shape[1]] * len(x) if mask is None else mask.sum(1).clamp(min=1).tolist()
    features = []
    for row, length in zip(x, lengths):
        steps = row[:length]
        for layer in range(s["layers"]):
            forth = gru_states(p, f"l{layer}", steps)
            back = gru_states(p, f"l{layer}_reverse", steps.flip(0)) if s["bidirectional"] else None
            last = forth[-1] if back is None else torch.cat([forth[-1], back[-1]])
            steps = forth if back is None else torch.cat([forth, back.flip(0)], 1)
        features.append(last)
    return torch.stack(features)


def gru_states(p, name, steps):
    state, states = torch.zeros(p[f"weight_hh_{name}"].shape[1]), []
    for step in steps:
        r_in, z_in, n_in = F.linear(step, p[f"weight_ih_{name}"], p[f"bias_ih_{name}"]).chunk(3)
        r_state, z_state, n_state = F.linear(state, p[f"weight_hh_{name}"], p[f"bias_hh_{name}"]).chunk(3)
        z = torch.sigmoid(z_in + z_state)
        state = (1 - z) * torch.tanh(n_in + torch.sigmoid(r_in + r_state) * n_state) + z * state
        states.append(state)
    return torch.stack(states)


def temporal_conv(p, s, x, mask):
    for i in range(len(s["channels"])):
        if mask is not None:
            x = torch.where(mask[:, :, None], x, torch.zeros(()))
        x = F.conv1d(x.transpose(1, 2), p[f"{i}.weight"], p[f"{i}.bias"], s["stride"], s["kernel"] // 2).transpose(1, 2)
        if s["norm"] == "layer":
            x = last_norm(p, f"{i}.norm", x)
        x = x.relu()
        mask = None if mask is None else mask[:, ::s["stride"]]
    return mean_of_real(x, mask)


def mlp(p, s, x, mask):
    x = x.flatten(1)
    for i in range(len(s["widths"])):
        x = F.linear(x if i == 0 else x.relu(), p[f"{i}.weight"], p[f"{i}.bias"])
    return x


class Functions(nn.Module):
    """An encoder that is a function of named parameters."""

    def __init__(self, function, settings, start):
        super().__init__()
        self.function, self.settings = function, settings
        self.named = {name: nn.Parameter(value) for name, value in start.items()}

    def named_parameters(self, *arguments, **more):
        return iter(self.named.items())

    def forward(self, x, mask):
        return self.function(self.named, self.settings, x, mask)


class Cnn(nn.Module):
    def __init__(self, s, channels):
        super().__init__()
        for i, outputs in enumerate(s["channels"]):
            layer = nn.Conv2d(channels, outputs, 3, 2, 1, bias=s["norm"] == "none")
            if s["norm"] == "batch":
                layer.norm = nn.BatchNorm2d(outputs)
            self.add_module(f"{i}", layer)
            channels = outputs

    def forward(self, x, mask):
        y = pictures(x)
        for layer in self.children():
            y = layer(y)
            y = (layer.norm(y) if hasattr(layer, "norm") else y).relu()
        return over_frames(y.mean((2, 3)), x)


class ResNet(nn.Module):
    """torchvision's, its classifier left out, for so many channels."""

    def __init__(self, s, channels):
        super().__init__()
        net = getattr(torchvision.models, s["type"])()
        net.conv1 = nn.Conv2d(channels, 64, 7, 2, 3, bias=False)
        net.fc = nn.Identity()
        self.net = [net]
        for name, child in net.named_children():
            self.add_module(name, child)
        self.to(memory_format=torch.channels_last)  # The layout only decides how sums are rounded; a ReLU flipped by that is a whole gradient.

    def forward(self, x, mask):
        return over_frames(self.net[0](pictures(x).clone(memory_format=torch.channels_last)), x)


class Vit(nn.Module):
    """torchvision's blocks; its own check of the picture's size knows squares only."""

    def __init__(self, s, channels):
        super().__init__()
        net = torchvision.models.VisionTransformer(s["patch"], s["patch"], s["depth"], s["heads"], s["width"], 4 * s["width"])
        net.conv_proj = nn.Conv2d(channels, s["width"], s["patch"], s["patch"])
        patches = (s["shape"][-3] // s["patch"]) * (s["shape"][-2] // s["patch"])
        net.encoder.pos_embedding = nn.Parameter(torch.zeros(1, 1 + patches, s["width"]))
        del net.heads
        self.class_token, self.conv_proj, self.encoder = net.class_token, net.conv_proj, net.encoder

    def forward(self, x, mask):
        tokens = self.conv_proj(pictures(x)).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.class_token.expand(len(tokens), -1, -1), tokens], 1)
        return over_frames(self.encoder(tokens)[:, 0], x)


class Views(nn.Module):
    def __init__(self, s, channels):
        super().__init__()
        inner = {**s, "type": s["backbone"]}
        self.backbone = Cnn(inner, channels) if s["backbone"] == "cnn" else ResNet(inner, channels)
        self.pool = s["pool"]

    def forward(self, x, mask):
        views = torch.stack([self.backbone(x[:, :, v], None) for v in range(x.shape[2])], 1) if not self.training else self.at_once(x)
        return views.amax(1) if self.pool == "max" else views.mean(1)

    def at_once(self, x):
        """Batch normalisation sees all views together."""
        flat = self.backbone(pictures(x), None)
        return flat.view(len(x), x.shape[2], -1)


FUNCTIONS = {"m3ae": m3ae, "cav-mae": cav_mae, "transformer": sequence, "text": sequence, "bert": bert, "gru": gru, "temporal-conv": temporal_conv, "mlp": mlp}
MODULES = {"cnn": Cnn, "resnet18": ResNet, "resnet34": ResNet, "resnet50": ResNet, "vit": Vit, "mvcnn": Views}


def build(settings, start, x):
    if settings["type"] in FUNCTIONS:
        return Functions(FUNCTIONS[settings["type"]], settings, start)
    net = MODULES[settings["type"]](settings, x.shape[1])
    counters = {name: value for name, value in net.state_dict().items() if name.endswith("num_batches_tracked")}
    net.load_state_dict({**counters, **start}, strict=True)
    return net


def run(folder):
    settings = json.load(open(os.path.join(folder, "encoder.json")))
    given = arrays.read(os.path.join(folder, "input.safetensors"))
    x, mask, direction = given["input"], given.get("mask"), given["direction"]
    outcome = {}
    for mode in ("train", "eval"):
        net = build(settings, arrays.read(os.path.join(folder, "weights.safetensors")), x)
        net.train(mode == "train")
        leaf = x.clone().requires_grad_() if x.is_floating_point() else x
        features = net(leaf, mask)
        (features * direction).sum().backward()
        outcome[f"{mode}.features"] = features
        if x.is_floating_point():
            outcome[f"{mode}.gradient.input"] = leaf.grad
        for name, parameter in net.named_parameters():
            if parameter.grad is not None:
                outcome[f"{mode}.gradient.{name}"] = parameter.grad
    arrays.write(os.path.join(folder, "outcome.safetensors"), outcome)


def main(folders):
    torch.set_num_threads(1)
    for folder in folders:
        run(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
