"""MLA (CVPR 2024): a turn per modality through one shared head, its gradient projected; fusion by certainty at test time."""

import torch


class Mla:
    def __init__(self, settings, model):
        self.settings = settings
        self.projects = settings.get("head_gradient", "rls") == "rls"
        self.ridge, self.decay = settings.get("ridge", 0.1), settings.get("ridge_decay", 1.0)
        self.order = settings.get("order", model.modalities)
        self.projection = torch.eye(model.parameters["fusion.head.weight"].shape[1])

    def turns(self, step, move):
        """Each modality's loss, with the head that the turns before have left; a turn moves its encoder and the head."""
        head = step.model.parameters["fusion.head.weight"]
        losses = {}
        for m in (m for m in self.order if m in step.trained):
            loss = step.unimodal_loss(m)
            loss.backward(retain_graph=True)
            if self.projects:
                head.grad = head.grad @ self.projection
                self.fold(step.features[m][step.present[m]].detach().mean(0), self.ridge * self.decay ** step.fraction)
            move()
            losses[m] = loss
        return losses

    def fold(self, r, ridge):
        """P <- P - (P r)(P r)^T / (ridge + r^T P r)."""
        direction = self.projection @ r
        self.projection = self.projection - torch.outer(direction, direction) / (ridge + r @ direction)

    def predict(self, model, features, present):
        scores = torch.stack([model.score(features, m) for m in model.modalities], 1)
        there = torch.stack([present[m] for m in model.modalities], 1)
        if self.settings.get("fusion", "dynamic") == "dynamic":
            probabilities = scores.softmax(2)
            entropy = -(probabilities * scores.log_softmax(2)).sum(2)
            weights = torch.where(there, (-entropy).exp(), torch.zeros(()))
        else:
            weights = torch.tensor(self.settings.get("weights", [1.0] * len(model.modalities))) * there
        weights = weights / weights.sum(1, keepdim=True)
        return (scores * weights[:, :, None]).sum(1), {m: weights[:, i] for i, m in enumerate(model.modalities)}
