"""MMPareto (ICML 2024), algorithm 1, and the conventional min-norm combination that it is compared with."""

import torch


def min_norm(a, b, c):
    """The first weight of the shortest convex combination; a = <g1, g1>, b = <g1, g2>, c = <g2, g2>."""
    if b >= a:
        return 0.999
    if b >= c:
        return 0.001
    return (c - b) / (a + c - 2 * b)


def flat(tensors):
    return torch.cat([t.flatten() for t in tensors]).double()


def integrate(g_m, g_u, magnitude, rescale):
    """One encoder's gradients: equal weights without conflict, min-norm weights with it, never shorter than their sum."""
    m, u = flat(g_m), flat(g_u)
    conflict = not (m @ u / (m.norm() * u.norm()) > 0)
    alpha = min_norm(m @ m, m @ u, u @ u) if conflict else 0.5
    h = [2 * alpha * a + 2 * (1 - alpha) * b for a, b in zip(g_m, g_u)]
    s = [a + b for a, b in zip(g_m, g_u)]
    if rescale == "encoder":
        lift = [longer(flat(h), flat(s), m, u)] * len(h)
    else:
        lift = [longer(h[i], s[i], g_m[i], g_u[i]) for i in range(len(h))]
    return [(magnitude * lift[i] * h[i]).float() for i in range(len(h))]


def longer(h, s, m, u):
    """How far h is lifted to the length of s; 0 where anti-parallel gradients cancel."""
    if h.norm() <= 1e-7 * max(m.norm(), u.norm()):
        return 0.0
    return max(1.0, (s.norm() / h.norm()).item())


def shortest(g_m, g_u):
    """Conventional Pareto integration: always the min-norm combination."""
    m, u = flat(g_m), flat(g_u)
    alpha = min_norm(m @ m, m @ u, u @ u)
    return [(alpha * a + (1 - alpha) * b).float() for a, b in zip(g_m, g_u)]


def backward(step, losses, combine):
    """The plain sum for all, then each encoder's own combination of its two gradients."""
    sum(losses.values()).backward(retain_graph=True)
    for m in step.trained:
        parameters = [step.model.parameters[name] for name in step.model.of_encoder(m)]
        for p, g in zip(parameters, combine(gradients(losses["joint"], parameters), gradients(losses[m], parameters))):
            p.grad = g


def gradients(loss, parameters):
    return [g.detach() for g in torch.autograd.grad(loss, parameters, retain_graph=True)]
