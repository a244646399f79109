"""What is promised of a document, as shares of what there is."""

from dataclasses import dataclass

from inftool_env.validation.findings import DocumentFinding, Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One share that a document must reach."""

    name: str
    """The property of ``DocumentFinding`` that counts it."""
    least: float
    """In [0, 1]."""
    says: str
    """What is counted, in words."""


PROMISES: tuple[Promise, ...] = (
    Promise(name="read", least=0.99, says="operations became tools"),
    Promise(name="schemas", least=1.0, says="tools have schemas that obey the metaschema"),
    Promise(name="arguments", least=0.99, says="tools have arguments that obey their schema when drawn"),
    Promise(name="answers", least=0.99, says="tools are answered as the document describes"),
    Promise(name="solvable", least=0.95, says="tools are called by a solvable scenario"),
    Promise(name="gold", least=1.0, says="episodes are won by their reference solution"),
    Promise(name="repeats", least=1.0, says="episodes are the same when played again"),
    Promise(name="gym", least=1.0, says="environments pass Gymnasium's check_env"),
)


def tally_of(finding: DocumentFinding, promise: Promise) -> Tally:
    """The counts that a promise is about."""
    tally: Tally = getattr(finding, promise.name)
    return tally


def shortfalls(finding: DocumentFinding) -> tuple[str, ...]:
    """Every promise that the document does not hold, with its first trouble; empty when it holds all."""
    if finding.error:
        return (finding.error,)
    broken = [(promise, tally_of(finding, promise)) for promise in PROMISES]
    return tuple(
        f"{tally.good} of {tally.tried} {promise.says}; expected {promise.least:.0%}. First: {tally.trouble}"
        for promise, tally in broken
        if tally.share < promise.least
    )
