import torch
from torch import nn

from trainers.muon import Muon, orthogonalise


def test_the_singular_values_come_near_one() -> None:
    matrix = torch.randn(24, 60, generator=torch.Generator().manual_seed(0))
    for shaped in (matrix, matrix.T):
        values = torch.linalg.svdvals(orthogonalise(shaped))
        assert values.min() > 0.6
        assert values.max() < 1.3


def test_it_is_the_librarys_muon_up_to_bfloat16() -> None:
    generator = torch.Generator().manual_seed(1)
    start = torch.randn(16, 40, generator=generator)
    ours, theirs = nn.Parameter(start.clone()), nn.Parameter(start.clone())
    mine = Muon([ours], lr=0.01, weight_decay=0.1, momentum=0.9)
    library = torch.optim.Muon(
        [theirs], lr=0.01, weight_decay=0.1, momentum=0.9, adjust_lr_fn="match_rms_adamw"
    )
    for _ in range(5):
        gradient = torch.randn(16, 40, generator=generator)
        ours.grad, theirs.grad = gradient.clone(), gradient.clone()
        mine.step()
        library.step()
    moved = (theirs - start).norm()
    assert moved > 0.1
    assert (ours - theirs).norm() < 0.02 * moved
