"""Training steps and an evaluation as the papers' programs do them: two ResNet-18 on spectrograms and pictures, plain PyTorch.

Arguments: batch size, threads, and where to compute (the processor where nothing is said).
"""
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision

from turns import serve

CLASSES = 6


def encoder(channels):
    net = torchvision.models.resnet18()
    net.conv1 = nn.Conv2d(channels, 64, 7, 2, 3, bias=False)
    net.fc = nn.Identity()
    return net


class Model(nn.Module):
    """Two encoders and a head on the joined features; heads of their own where asked for, or one shared."""

    def __init__(self, unimodal=False, shared=False):
        super().__init__()
        self.audio, self.visual = encoder(1), encoder(3)
        self.head = nn.Linear(512 if shared else 1024, CLASSES)
        if unimodal:
            self.head_audio, self.head_visual = nn.Linear(512, CLASSES), nn.Linear(512, CLASSES)

    def forward(self, sound, picture):
        a, v = self.audio(sound), self.visual(picture)
        return a, v, self.head(torch.cat([a, v], 1)) if self.head.in_features == 1024 else None


class Cases:
    def __init__(self, batch, device):
        torch.manual_seed(0)
        self.sound = torch.randn(batch, 1, 257, 188).to(device)
        self.picture = torch.randn(batch, 3, 224, 224).to(device)
        self.label = torch.randint(0, CLASSES, (batch,)).to(device)
        self.device = device
        self.ready = {}

    def made(self, name, **kinds):
        if name not in self.ready:
            model = Model(**kinds).to(self.device)
            self.ready[name] = model, torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9, weight_decay=1e-4)
        return self.ready[name]

    def halves(self, model, a, v):
        w, b = model.head.weight, model.head.bias
        return a @ w[:, :512].t() + b / 2, v @ w[:, 512:].t() + b / 2

    def joint(self):
        model, optimizer = self.made("joint")
        optimizer.zero_grad()
        _, _, out = model(self.sound, self.picture)
        loss = F.cross_entropy(out, self.label)
        loss.backward()
        optimizer.step()
        return loss.item()

    def ogm_ge(self, noise=True):
        """OGM-GE's own step: scores by the halves of the head, the convolutions of the better modality damped, noise on top."""
        model, optimizer = self.made("ogm")
        optimizer.zero_grad()
        a, v, out = model(self.sound, self.picture)
        out_a, out_v = self.halves(model, a, v)
        loss = F.cross_entropy(out, self.label)
        F.cross_entropy(out_v, self.label), F.cross_entropy(out_a, self.label)
        loss.backward()
        with torch.no_grad():
            score_v = sum(F.softmax(out_v, 1)[i][self.label[i]] for i in range(len(self.label)))
            score_a = sum(F.softmax(out_a, 1)[i][self.label[i]] for i in range(len(self.label)))
        ratio = score_v / score_a
        coeff_v, coeff_a = (1 - torch.tanh(0.8 * F.relu(ratio)), 1) if ratio > 1 else (1, 1 - torch.tanh(0.8 * F.relu(1 / ratio)))
        for name, parameter in model.named_parameters():
            part = name.split(".")[0]
            coeff = coeff_a if part == "audio" else coeff_v
            if part in ("audio", "visual") and parameter.grad.dim() == 4:
                if noise:
                    parameter.grad = parameter.grad * coeff + torch.zeros_like(parameter.grad).normal_(0, parameter.grad.std().item() + 1e-8)
                else:
                    parameter.grad *= coeff
        optimizer.step()
        return loss.item()

    def mla(self):
        model, optimizer = self.made("mla", shared=True)
        optimizer.zero_grad()
        a, v, _ = model(self.sound, self.picture)
        losses = []
        for feature in (a, v):
            loss = F.cross_entropy(model.head(feature), self.label)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.item())
        optimizer.zero_grad(set_to_none=True)  # As the released code deletes all gradients at the end of a batch.
        return losses

    def mmpareto(self):
        """The reference's four backward passes: joint, each modality, and their sum again."""
        model, optimizer = self.made("mmpareto", unimodal=True)
        optimizer.zero_grad()
        a, v, out = model(self.sound, self.picture)
        losses = [F.cross_entropy(logits, self.label) for logits in (out, model.head_audio(a), model.head_visual(v))]
        names = ("audio", "visual")
        records = {name: {} for name in names}
        for index, loss in enumerate(losses):
            loss.backward(retain_graph=True)
            for name, parameter in model.named_parameters():
                part = name.split(".")[0]
                if part in names and (index == 0 or part == names[index - 1]):
                    records[part].setdefault(index, {})[name] = parameter.grad.clone()
            optimizer.zero_grad()
        weights = {}
        for index, part in enumerate(names, 1):
            multi, uni = (torch.cat([g.flatten() for g in records[part][i].values()]) for i in (0, index))
            if F.cosine_similarity(multi, uni, dim=0) > 0:
                weights[part] = (0.5, 0.5)
            else:
                v11, v12, v22 = (multi @ multi).item(), (multi @ uni).item(), (uni @ uni).item()
                gamma = 0.999 if v12 >= v11 else 0.001 if v12 >= v22 else -1.0 * (v12 - v22) / (v11 + v22 - 2 * v12)
                weights[part] = (gamma, 1 - gamma)
        sum(losses).backward()
        for name, parameter in model.named_parameters():
            part = name.split(".")[0]
            if part in names:
                index = 1 + names.index(part)
                new = 2 * weights[part][0] * records[part][0][name] + 2 * weights[part][1] * records[part][index][name]
                whole, length = parameter.grad.norm(), new.norm()
                parameter.grad = new * (whole / length if whole > length else 1) * 1.5
        optimizer.step()
        return [loss.item() for loss in losses]

    def evaluate(self):
        model, _ = self.made("joint")
        model.eval()
        with torch.no_grad():
            a, v, out = model(self.sound, self.picture)
            out_a, out_v = self.halves(model, a, v)
            found = [F.softmax(logits, 1).argmax(1) for logits in (out, out_a, out_v)]
        model.train()
        return [(guess == self.label).sum().item() for guess in found]


def main():
    batch, threads = map(int, sys.argv[1:3])
    torch.set_num_threads(threads)
    cases = Cases(batch, sys.argv[3] if len(sys.argv) > 3 else "cpu")
    serve({"joint": cases.joint, "ogm": lambda: cases.ogm_ge(noise=False), "ogm-ge": cases.ogm_ge, "mla": cases.mla, "mmpareto": cases.mmpareto, "evaluate": cases.evaluate})


if __name__ == "__main__":
    main()
