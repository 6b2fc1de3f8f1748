"""QMF (ICML 2023) as a baseline of MLA: energy weights, ranked against each sample's history of losses."""

import torch


class Qmf:
    def __init__(self, settings, model, samples):
        self.sign = 1 if settings.get("margin", "intended") == "intended" else -1
        self.history = {m: torch.zeros(samples, dtype=torch.float64) for m in model.modalities}

    def losses(self, step):
        logits = {m: step.model.score(step.features, m) for m in step.model.modalities}
        fused = sum(confidence(logits[m].detach())[:, None] * step.present[m].float()[:, None] * logits[m] for m in logits)
        losses = {"fused": step.criterion(fused, step.labels)}
        for m in step.trained:
            z, y, index = step.scores(m), step.labels_of(m), step.index[step.present[m]]
            losses[m] = step.criterion(z, y)
            self.history[m][index] += step.criterion(z.detach(), y, reduction="none").double()
            losses[f"rank.{m}"] = 0.1 * self.rank(confidence(z), self.normalised(m)[index])
        return losses

    def normalised(self, modality):
        h = self.history[modality]
        spread = h.max() - h.min()
        return ((h - h.min()) / spread if spread > 0 else torch.zeros_like(h)).float()

    def rank(self, c, n):
        """max(0, t (c_i - c_j) +- mu) over neighbours in a ring, sample by sample."""
        total = 0
        for i in range(len(c)):
            j = (i + 1) % len(c)
            t, mu = torch.sign(n[i] - n[j]), (n[i] - n[j]).abs()
            if t != 0:
                total = total + torch.clamp(t * (c[i] - c[j]) + self.sign * mu, min=0)
        return total / len(c)

    def predict(self, model, features, present):
        weights = {m: confidence(model.score(features, m)) * present[m] for m in model.modalities}
        fused = sum(weights[m][:, None] * model.score(features, m) for m in weights)
        total = sum(w.abs() for w in weights.values())
        return fused, {m: w.abs() / total for m, w in weights.items()}


def confidence(z):
    return z.logsumexp(1) / 10
