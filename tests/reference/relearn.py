"""Diagnosing and re-learning (ECCV 2024): purity of clusters, strength, soft re-initialisation."""

import math

import torch


class Relearn:
    def __init__(self, settings, model, diagnoses):
        self.every, self.times = settings.get("every", 20), settings.get("times", 3)
        self.strength = settings.get("lambda", 3.0)
        self.momentum, self.buffers = settings.get("reset_momentum", False), settings.get("reset_buffers", False)
        self.start = {name: p.detach().clone() for name, p in {**model.parameters, **model.buffers}.items()}
        self.diagnoses = diagnoses
        self.done = 0

    def epoch_end(self, model, optimizer, epoch):
        if epoch == 0 or epoch % self.every != 0 or self.done == self.times:
            return
        self.done += 1
        for m in model.modalities:
            train, val = (purity(*self.features(epoch, split, m)) for split in ("train", "val"))
            alpha = math.tanh(self.strength * abs(train - val))
            with torch.no_grad():
                self.restore(model.parameters, m, alpha)
                if self.buffers:
                    self.restore(model.buffers, m, alpha)
                if self.momentum:
                    self.calm(optimizer, [model.parameters[name] for name in model.of_encoder(m)], 1 - alpha)

    def restore(self, tensors, modality, alpha):
        """theta <- alpha * start + (1 - alpha) * theta for what belongs to an encoder."""
        for name, tensor in tensors.items():
            if name.startswith(f"encoders.{modality}."):
                tensor.copy_(alpha * self.start[name] + (1 - alpha) * tensor)

    @staticmethod
    def calm(optimizer, parameters, factor):
        """Shrinks what the optimiser remembers of gradients."""
        for p in parameters:
            for name, moment in optimizer.state[p].items():
                if name in ("momentum_buffer", "exp_avg", "exp_avg_sq") and moment is not None:
                    moment.mul_(factor)

    def features(self, epoch, split, modality):
        name = f"epoch{epoch}.{split}.{modality}"
        return self.diagnoses[name].numpy(), self.diagnoses[f"{name}.label"].numpy()


def purity(features, labels):
    """The share of samples that belong to the largest class of their cluster."""
    from sklearn.cluster import KMeans
    from sklearn.preprocessing import MinMaxScaler
    scaled = MinMaxScaler((-1, 1)).fit_transform(features)
    clusters = KMeans(n_clusters=len(set(labels)), n_init=10, random_state=0).fit_predict(scaled)
    agreeing = 0
    for cluster in set(clusters):
        inside = labels[clusters == cluster]
        agreeing += max((inside == label).sum() for label in set(inside))
    return agreeing / len(labels)
