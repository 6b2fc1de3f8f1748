"""Diagnosing and re-learning (ECCV 2024): purity of clusters, strength, soft re-initialisation."""

import math

import torch


class Relearn:
    def __init__(self, settings, model, diagnoses):
        self.every, self.times = settings.get("every", 20), settings.get("times", 3)
        self.strength = settings.get("lambda", 3.0)
        self.start = {name: p.detach().clone() for name, p in model.parameters.items()}
        self.diagnoses = diagnoses
        self.done = 0

    def epoch_end(self, model, epoch):
        if epoch == 0 or epoch % self.every != 0 or self.done == self.times:
            return
        self.done += 1
        for m in model.modalities:
            train, val = (purity(*self.features(epoch, split, m)) for split in ("train", "val"))
            alpha = math.tanh(self.strength * abs(train - val))
            with torch.no_grad():
                for name in model.of_encoder(m):
                    p = model.parameters[name]
                    p.copy_(alpha * self.start[name] + (1 - alpha) * p)

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
