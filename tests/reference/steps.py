"""One batch of training as every method sees it."""

import torch.nn.functional as F


class Step:
    """A batch with its one forward pass; losses by the configured cross-entropy."""

    def __init__(self, model, batch, epoch, fraction, criterion):
        self.model = model
        self.epoch = epoch
        self.fraction = fraction
        self.labels = batch["label"]
        self.index = batch["index"]
        self.present = batch["present"]
        self.criterion = criterion
        self.features = {m: model.encode(m, batch[m], self.present[m]) for m in model.modalities}

    @property
    def trained(self):
        """The modalities that some sample of the batch has."""
        return [m for m in self.model.modalities if self.present[m].any()]

    def scores(self, modality):
        """Logits of one modality alone, for the samples that have it."""
        return self.model.score(self.features, modality)[self.present[modality]]

    def labels_of(self, modality):
        return self.labels[self.present[modality]]

    def joint_loss(self):
        return self.criterion(self.model.fuse(self.features, self.present), self.labels)

    def unimodal_loss(self, modality):
        return self.criterion(self.scores(modality), self.labels_of(modality))


def criterion(classes_weight=None, smoothing=0.0):
    """Cross-entropy with class weights and label smoothing; a mean, or one value per sample."""
    def loss(logits, labels, reduction="mean"):
        return F.cross_entropy(logits, labels, weight=classes_weight, label_smoothing=smoothing, reduction=reduction)
    return loss
