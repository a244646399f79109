"""How alike two texts are, told from small sketches of them.

MinHash (Broder 1997): over ``NUMBERS`` hash functions, the share in which the smallest hash of two sets
agrees estimates their Jaccard similarity. Equal keys of a band, as in locality-sensitive hashing, say
which sketches are worth comparing. Written here rather than taken from a library such as datasketch, since
theirs keep every key in Python dictionaries: ours are a few bytes, which an index on disk can hold.
"""

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from inftool_env.core.seeds import generator

NUMBERS = 128
"""Hash functions; the estimate's standard error is at most 0.045."""
BANDS = 16
"""Of ``NUMBERS / BANDS`` = 8 numbers: sketches of similarity 0.8 share a band with probability 0.95, of 0.9 with 0.9999."""
SHINGLE = 3
"""Words in a row that are compared as one."""

_RNG = generator("sketches of conversations")
_FACTORS = np.array([_RNG.getrandbits(64) | 1 for _ in range(NUMBERS)], np.uint64)[:, None]
_SUMMANDS = np.array([_RNG.getrandbits(64) for _ in range(NUMBERS)], np.uint64)[:, None]
_HIGH_HALF = np.uint64(32)

Sketch = NDArray[np.uint32]


def sketch(words: Iterable[str]) -> Sketch:
    """The sketch of a text: ``(NUMBERS,)`` uint32, the smallest hash of its shingles under every function."""
    listed = list(words)
    starts = range(max(1, len(listed) - SHINGLE + 1))
    shingles = {" ".join(listed[start : start + SHINGLE]) for start in starts}
    digests = b"".join(hashlib.blake2b(one.encode(), digest_size=8).digest() for one in sorted(shingles))
    hashes = np.frombuffer(digests, "<u8")
    # Multiply-shift: the high half of a product modulo 2^64.
    smallest: Sketch = ((_FACTORS * hashes + _SUMMANDS) >> _HIGH_HALF).min(axis=1).astype("<u4")
    return smallest


def similarity(one: Sketch, other: Sketch) -> float:
    """The estimated Jaccard similarity of two texts' shingles, in [0, 1]."""
    return float((one == other).mean())


def band_keys(numbers: Sketch) -> list[int]:
    """One signed 64-bit key for every band; sketches that share none are hardly alike."""
    keys = []
    for band, part in enumerate(numbers.reshape(BANDS, -1)):
        data = band.to_bytes(1, "big") + part.tobytes()
        keys.append(int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big", signed=True))
    return keys
