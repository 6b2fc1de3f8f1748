"""OGM and OGM-GE (CVPR 2022): equations 8 to 11."""

import math

import torch


def coefficients(scores, alpha):
    """1 - tanh(alpha * rho) for what dominates, 1 for the rest."""
    names = list(scores)
    if len(names) == 2:
        first, second = names
        rho = scores[second] / scores[first]
        if rho > 1:
            return {first: 1.0, second: 1 - math.tanh(alpha * rho)}
        return {first: 1 - math.tanh(alpha / rho), second: 1.0}
    result = {}
    for m in names:
        others = [scores[m] / scores[other] for other in names if other != m]
        rho = sum(others) / len(others)
        result[m] = 1 - math.tanh(alpha * rho) if rho > 1 else 1.0
    return result


def modulated(tensor, which):
    return which == "all" or (tensor.dim() == 4 if which == "conv" else tensor.dim() >= 2)


def modulate(step, settings, enhanced, noise):
    """Scales the encoders' gradients after back-propagation; with enhancement, adds noise of their own spread."""
    start, end = settings.get("start_epoch", 0), settings.get("end_epoch", 50)
    if not start <= step.epoch <= end or len(step.trained) < 2:
        return
    scores = {}
    with torch.no_grad():
        for m in step.trained:
            probabilities = step.scores(m).softmax(1)
            scores[m] = probabilities.gather(1, step.labels_of(m)[:, None]).mean().item()
    k = coefficients(scores, settings.get("alpha", 0.8))
    amount = settings.get("noise", 1.0) if enhanced else 0.0
    for m in step.trained:
        for name in step.model.of_encoder(m):
            p = step.model.parameters[name]
            if not modulated(p, settings.get("parameters", "weights")):
                continue
            spread = p.grad.std().item() + 1e-8 if p.numel() > 1 else 0.0
            changed = p.grad * k[m]
            if amount > 0 and spread > 0:
                changed = changed + torch.empty(p.shape).normal_(0, amount * spread, generator=noise)
            p.grad = changed
