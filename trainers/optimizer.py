"""One optimiser for a language model: Muon for its matrices, AdamW for the rest, one learning rate.

Muon (arXiv 2502.16982) makes the update of a matrix orthogonal; scaled to the size of an AdamW update,
it shares AdamW's learning rate. Embeddings, norms and convolutions are no such matrices.
"""

from typing import Any

from torch import nn
from torch.optim import AdamW, Optimizer
from transformers import PreTrainedModel

from inftool_env.core.errors import ConfigError
from trainers.muon import Muon


class PolicyOptimizer:
    """Clips, sets the learning rate, updates, and forgets the gradients: all in ``step``.

    Args:
        model: Its trainable parameters.
        learning_rate: The peak, for all parameters.
        use_muon: False gives AdamW to the matrices too, as is usual for models already trained.
        weight_decay: Of the matrices; the rest has none.
        warmup_steps: The rate rises in a straight line over these.
        decay_share: The rate falls in a straight line to 0 over this last share of the training.
        clip_norm: Greatest norm of all gradients together.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        *,
        learning_rate: float = 3e-3,
        use_muon: bool = True,
        weight_decay: float = 0.01,
        warmup_steps: int = 30,
        decay_share: float = 0.3,
        clip_norm: float = 1.0,
    ) -> None:
        if learning_rate <= 0 or clip_norm <= 0 or not 0 <= decay_share <= 1:
            raise ConfigError(
                f"optimizer: learning_rate={learning_rate}, clip_norm={clip_norm}, decay_share={decay_share}; "
                "expected the first two above 0 and decay_share in [0, 1]. Correct the options."
            )
        self._learning_rate = learning_rate
        self._warmup_steps = warmup_steps
        self._decay_share = decay_share
        self._clip_norm = clip_norm
        self._steps = 0
        matrices, others = part_parameters(model)
        self._parameters = [*matrices, *others]
        adamw_groups = [{"params": others, "weight_decay": 0.0}] if others else []
        self._optimizers: list[Optimizer] = []
        if use_muon and matrices:
            self._optimizers.append(Muon(matrices, lr=learning_rate, weight_decay=weight_decay))
        elif matrices:
            adamw_groups.append({"params": matrices, "weight_decay": weight_decay})
        if adamw_groups:
            self._optimizers.append(AdamW(adamw_groups, lr=learning_rate, betas=(0.9, 0.98)))

    @property
    def steps(self) -> int:
        """Updates so far."""
        return self._steps

    def step(self, progress: float) -> float:
        """Update the parameters from their gradients.

        Args:
            progress: Share of the training that is done, in steps or in time; 0 to 1.

        Returns:
            The gradients' norm before clipping.
        """
        norm = nn.utils.clip_grad_norm_(self._parameters, self._clip_norm, error_if_nonfinite=True)
        rate = self.rate(progress)
        for optimizer in self._optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self._steps += 1
        return norm.item()

    def rate(self, progress: float) -> float:
        """The learning rate of the next update."""
        warm = min(1.0, (self._steps + 1) / max(1, self._warmup_steps))
        left = max(0.0, 1.0 - progress)
        cool = min(1.0, left / self._decay_share) if self._decay_share else 1.0
        return self._learning_rate * warm * cool

    def state_dict(self) -> dict[str, Any]:
        """All that a resumed run needs: tensors, numbers, lists and dicts of them."""
        return {
            "steps": self._steps,
            "optimizers": [optimizer.state_dict() for optimizer in self._optimizers],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state; ValueError or KeyError when it is another optimiser's."""
        for optimizer, saved in zip(self._optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self._steps = state["steps"]


def part_parameters(model: PreTrainedModel) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """A model's trainable parameters: the hidden layers' matrices, and all others."""
    ends = (model.get_input_embeddings(), model.get_output_embeddings())
    outer = {id(weight) for end in ends if end is not None for weight in end.parameters()}
    trainable = [weight for weight in model.parameters() if weight.requires_grad]
    hidden = [weight.ndim == 2 and id(weight) not in outer for weight in trainable]
    matrices = [weight for weight, is_hidden in zip(trainable, hidden, strict=True) if is_hidden]
    others = [weight for weight, is_hidden in zip(trainable, hidden, strict=True) if not is_hidden]
    return matrices, others
