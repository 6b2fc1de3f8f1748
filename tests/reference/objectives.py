"""What is minimised in one backward pass: joint, unimodal and uniform training."""


def joint(step):
    """The fused cross-entropy alone; with late fusion, each modality's own."""
    if step.model.fusion == "late":
        return {m: step.unimodal_loss(m) for m in step.trained}
    return {"joint": step.joint_loss()}


def uniform(step):
    """L_m + sum of L_k."""
    return {"joint": step.joint_loss(), **{m: step.unimodal_loss(m) for m in step.trained}}
