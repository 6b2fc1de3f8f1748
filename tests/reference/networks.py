"""Encoders, fusions and what they say of one modality alone, as functions of named parameters."""

import torch
import torch.nn.functional as F


class Model:
    """Parameters and buffers by their names in a state dict, and the functions that use them."""

    def __init__(self, spec, start):
        self.encoders = {name: block["encoder"] for name, block in spec["modalities"].items()}
        self.modalities = list(self.encoders)
        self.fusion = spec["fusion"]["type"]
        self.average = spec["fusion"].get("average", "logits")
        self.condition = spec["fusion"].get("condition", self.modalities[0])
        self.parameters = {name: value.clone().requires_grad_() for name, value in start.items()}
        self.buffers = {}
        for name in [name for name in start if name.endswith(".norm.weight")]:
            self.buffers[name.replace(".weight", ".running_mean")] = torch.zeros_like(start[name])
            self.buffers[name.replace(".weight", ".running_var")] = torch.ones_like(start[name])
        self.training = True

    def of_encoder(self, modality):
        """Names of an encoder's parameters, in their order."""
        return [name for name in self.parameters if name.startswith(f"encoders.{modality}.")]

    def encode(self, modality, x, present):
        """Features of the samples that have the modality; zeros for the others."""
        spec = self.encoders[modality]
        features = torch.zeros(len(x), (spec.get("widths") or spec.get("channels"))[-1])
        if present.any():
            run = self.mlp if spec["type"] == "mlp" else self.cnn
            features[present] = run(f"encoders.{modality}", spec, x[present])
        return features

    def mlp(self, prefix, spec, x):
        x = x.flatten(1)
        for i in range(len(spec["widths"])):
            x = self.linear(f"{prefix}.{i}", x if i == 0 else x.relu())
        return x

    def cnn(self, prefix, spec, x):
        clips = x.dim() == 5
        count = len(x)
        if clips:
            x = x.transpose(1, 2).flatten(0, 1)
        for i in range(len(spec["channels"])):
            name = f"{prefix}.{i}"
            x = F.conv2d(x, self.parameters[f"{name}.weight"], self.parameters.get(f"{name}.bias"), stride=2, padding=1)
            if spec.get("norm") == "batch":
                x = self.batch_norm(f"{name}.norm", x)
            x = x.relu()
        x = x.mean((2, 3))
        return x.view(count, -1, x.shape[1]).mean(1) if clips else x

    def batch_norm(self, name, x):
        return F.batch_norm(
            x, self.buffers[f"{name}.running_mean"], self.buffers[f"{name}.running_var"],
            self.parameters[f"{name}.weight"], self.parameters[f"{name}.bias"], self.training, 0.1, 1e-5)

    def linear(self, name, x):
        return F.linear(x, self.parameters[f"{name}.weight"], self.parameters[f"{name}.bias"])

    def fuse(self, features, present):
        """Joint logits; what is absent takes no part."""
        if self.fusion == "concat":
            return self.linear("fusion.head", torch.cat([features[m] for m in self.modalities], 1))
        if self.fusion in ("film", "gated"):
            return self.conditioned(features)
        parts = {m: self.share(features, m) for m in self.modalities}
        if self.average == "probabilities":
            parts = {m: part.softmax(1) for m, part in parts.items()}
        total = sum(part * present[m].float()[:, None] for m, part in parts.items())
        if self.fusion == "sum":
            return total
        mean = total / sum(present[m].float() for m in self.modalities)[:, None]
        return mean.clamp(min=1e-30).log() if self.average == "probabilities" else mean

    def conditioned(self, features):
        x = features[self.condition]
        other = next(m for m in self.modalities if m != self.condition)
        y = features[other]
        if self.fusion == "film":
            gamma, beta = self.linear("fusion.film", x).chunk(2, 1)
            return self.linear("fusion.head", gamma * y + beta)
        gate = torch.sigmoid(self.linear(f"fusion.projections.{self.condition}", x))
        return self.linear("fusion.head", gate * self.linear(f"fusion.projections.{other}", y))

    def score(self, features, modality):
        """Logits of one modality alone: by its own head where it has one, else what the fusion says of it."""
        if f"unimodal_heads.{modality}.weight" in self.parameters:
            return self.linear(f"unimodal_heads.{modality}", features[modality])
        return self.share(features, modality)

    def share(self, features, modality):
        """A modality's share of an additive fusion; of any other what it says with zeros for the others."""
        if self.fusion == "late":
            return self.linear(f"unimodal_heads.{modality}", features[modality])
        if self.fusion == "shared":
            return self.linear("fusion.head", features[modality])
        if self.fusion == "sum":
            return self.linear(f"fusion.heads.{modality}", features[modality])
        alone = {m: features[m] if m == modality else torch.zeros_like(features[m]) for m in self.modalities}
        if self.fusion == "concat":
            bias = self.parameters["fusion.head.bias"]
            joined = torch.cat([alone[m] for m in self.modalities], 1)
            return F.linear(joined, self.parameters["fusion.head.weight"]) + bias / len(self.modalities)
        return self.conditioned(alone)
