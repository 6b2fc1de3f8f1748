"""
An independent reference: trains the cases in folders by plain PyTorch, written from the papers' descriptions, and
leaves what came out beside them.

    python3 run_cases.py CASE...

A case holds case.json, init.safetensors and batches.safetensors as `equipoise replay` reads them. Beyond that format
batches may hold `step<i>.<modality>.present`, training.json `label_smoothing`, `class_weights` and `clip_norm`, and
diagnoses.safetensors the features that a diagnosis sees. expected.safetensors gets the parameters, buffers and losses,
beyond.safetensors the state of the methods and what the trained model predicts for the first batch.
"""

import json
import os
import sys

import torch

import arrays
import mmpareto
import objectives
import ogm
from mla import Mla
from networks import Model
from qmf import Qmf
from relearn import Relearn
from steps import Step, criterion


class Case:
    def __init__(self, folder):
        self.folder = folder
        self.spec = self.json("case.json")
        extras = self.json("training.json")
        self.model = Model(self.spec["model"], self.arrays("init.safetensors"))
        self.batches = self.read_batches()
        blocks = self.spec["method"]
        self.methods = {block["name"]: block for block in (blocks if isinstance(blocks, list) else [blocks])}
        weights = extras.get("class_weights")
        self.criterion = criterion(torch.tensor(weights) if weights else None, extras.get("label_smoothing", 0.0))
        self.clip_norm = extras.get("clip_norm", 0)
        self.noise = torch.Generator().manual_seed(self.spec["noise_seed"])
        self.optimizer = self.make_optimizer()
        samples = 1 + max(int(batch["index"].max()) for batch in self.batches)
        self.mla = Mla(self.methods["mla"], self.model) if "mla" in self.methods else None
        self.qmf = Qmf(self.methods["qmf"], self.model, samples) if "qmf" in self.methods else None
        self.relearn = None
        if "relearn" in self.methods:
            self.relearn = Relearn(self.methods["relearn"], self.model, self.arrays("diagnoses.safetensors"))

    def json(self, name):
        path = os.path.join(self.folder, name)
        return json.load(open(path)) if os.path.exists(path) else {}

    def arrays(self, name):
        return arrays.read(os.path.join(self.folder, name))

    def read_batches(self):
        tensors = self.arrays("batches.safetensors")
        batches = []
        for i in range(self.spec["steps_per_epoch"]):
            batch = {name: tensors[f"step{i}.{name}"] for name in [*self.model.modalities, "label", "index"]}
            everyone = torch.ones(len(batch["label"]), dtype=torch.bool)
            batch["present"] = {m: tensors.get(f"step{i}.{m}.present", everyone) for m in self.model.modalities}
            batches.append(batch)
        return batches

    def make_optimizer(self):
        settings = self.spec["optimizer"]
        parameters = list(self.model.parameters.values())
        lr, decay = settings["lr"], settings.get("weight_decay", 1e-4)
        if settings["type"] == "sgd":
            return torch.optim.SGD(parameters, lr=lr, momentum=settings.get("momentum", 0.9), weight_decay=decay)
        kind = torch.optim.Adam if settings["type"] == "adam" else torch.optim.AdamW
        return kind(parameters, lr=lr, weight_decay=decay)

    def train(self):
        """All epochs; the mean per step of what is minimised, and of each modality's cross-entropy."""
        means = []
        for epoch in range(self.spec["epochs"]):
            sums = dict.fromkeys(["", *self.model.modalities], 0.0)
            for i, batch in enumerate(self.batches):
                step = Step(self.model, batch, epoch, i / len(self.batches), self.criterion)
                for name, value in self.one_step(step).items():
                    sums[name] += value
            means.append({name: value / len(self.batches) for name, value in sums.items()})
            if self.relearn:
                self.relearn.epoch_end(self.model, self.optimizer, epoch)
        return means

    def one_step(self, step):
        if self.mla:
            losses = self.mla.turns(step, self.move)
            mean = sum(losses.values()).item() / len(self.model.modalities) if losses else 0.0
            return {"": mean, **{m: loss.item() for m, loss in losses.items()}}
        alone = {m: step.unimodal_loss(m).item() for m in step.trained}
        losses = self.losses(step)
        self.backward(step, losses)
        for name in ("ogm", "ogm-ge"):
            if name in self.methods:
                ogm.modulate(step, self.methods[name], name == "ogm-ge", self.noise)
        self.move()
        return {"": sum(losses.values()).item(), **alone}

    def losses(self, step):
        if self.qmf:
            return self.qmf.losses(step)
        if not {"uniform", "mmpareto", "mgda"}.isdisjoint(self.methods):
            return objectives.uniform(step)
        return objectives.joint(step)

    def backward(self, step, losses):
        if "mgda" in self.methods:
            mmpareto.backward(step, losses, mmpareto.shortest)
        elif "mmpareto" in self.methods:
            settings = self.methods["mmpareto"]
            magnitude, rescale = settings.get("magnitude", 1.5), settings.get("rescale", "tensor")
            mmpareto.backward(step, losses, lambda g_m, g_u: mmpareto.integrate(g_m, g_u, magnitude, rescale))
        else:
            sum(losses.values()).backward()

    def move(self):
        gradients = [p.grad for p in self.model.parameters.values() if p.grad is not None]
        norm = torch.cat([g.flatten() for g in gradients]).norm().item()
        if 0 < self.clip_norm < norm:
            for g in gradients:
                g.mul_(self.clip_norm / norm)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)

    def predict(self):
        """What the trained model says of the first batch."""
        self.model.training = False
        with torch.no_grad():
            step = Step(self.model, self.batches[0], 0, 0.0, self.criterion)
            for owner in (self.mla, self.qmf):
                if owner:
                    return owner.predict(self.model, step.features, step.present)
            return self.model.fuse(step.features, step.present), {}


def run(folder):
    case = Case(folder)
    means = case.train()
    expected = {**case.model.parameters, **case.model.buffers}
    for name in means[0]:
        expected["epoch_loss" + (f".{name}" if name else "")] = torch.tensor([mean[name] for mean in means], dtype=torch.float64)
    if case.mla:
        expected["projection"] = case.mla.projection
    arrays.write(os.path.join(folder, "expected.safetensors"), expected)
    logits, weights = case.predict()
    beyond = {"logits": logits, **{f"weight.{m}": w for m, w in weights.items()}}
    if case.qmf:
        beyond.update({f"state.qmf.history.{m}": h for m, h in case.qmf.history.items()})
    arrays.write(os.path.join(folder, "beyond.safetensors"), beyond)


def main(folders):
    torch.set_num_threads(1)
    for folder in folders:
        try:
            run(folder)
        except ModuleNotFoundError as missing:
            print(f"{folder}: left out, {missing}")


if __name__ == "__main__":
    main(sys.argv[1:])
