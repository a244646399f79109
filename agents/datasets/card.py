"""The card of a dataset: a README whose header tells the hub, and ``datasets``, what lies where."""

from collections.abc import Iterable, Mapping, Sequence

import yaml

from agents.datasets.config import Format
from agents.datasets.manifest import Manifest, Tally
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject

CARD = "README.md"

_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
_COLUMNS: Mapping[Format, str] = {
    Format.OPENAI: (
        "`messages` as OpenAI's chat API takes them, with `arguments` as JSON text; `tools`, a list in the JSON Lines and "
        "its JSON text in the Parquet files"
    ),
    Format.SHAREGPT: (
        "`conversations` of `from` (human, gpt, function_call, observation) and `value`; `tools` as JSON text. Results of "
        "parallel calls are one observation, a JSON list; words beside a call stand before it in `<think>` tags"
    ),
    Format.HERMES: "`text`, the conversation as ChatML with Hermes' tags around tools, calls and results",
}


def card(manifest: Manifest) -> str:
    """The whole text; equal manifests give equal bytes."""
    tallies = {split: record.tally for split, record in manifest.splits.items() if record.tally.rows}
    whole = Tally()
    for tally in tallies.values():
        whole.add(tally)
    header = yaml.safe_dump(_header(manifest, list(tallies), whole.rows), sort_keys=False, allow_unicode=True)
    parts = [
        f"---\n{header}---",
        f"# {whole.rows:,} verified conversations with tools",
        _how(manifest),
        "## Rows\n\n" + _by_split("category", {s: t.categories for s, t in tallies.items()}),
        _by_split("environment", {s: t.environments for s, t in tallies.items()}),
        _by_split("difficulty", {s: t.difficulties for s, t in tallies.items()}),
        "## Lengths\n\n" + _lengths(tallies),
        "## What was refused\n\n" + _refused(tallies),
        "## Where it comes from\n\n" + _origin(manifest),
        "## Columns\n\n" + _columns(manifest.config.format),
    ]
    return "\n\n".join(parts) + "\n"


def _header(manifest: Manifest, splits: Sequence[Split], rows: int) -> JsonObject:
    configs = [
        {
            "config_name": layout.value,
            **({"default": True} if number == 0 else {}),
            "data_files": [
                {"split": split.value, "path": f"{layout.value}/{split.value}-*.parquet"} for split in splits
            ],
        }
        for number, layout in enumerate(manifest.config.format)
    ]
    return {
        "pretty_name": "Verified conversations with tools",
        "language": ["en"],
        "task_categories": ["text-generation"],
        "tags": ["tool-use", "function-calling", "multi-turn", "synthetic", "inftool"],
        "size_categories": [next((name for limit, name in _SIZES if rows < limit), "n>10M")],
        "configs": configs,
    }


def _how(manifest: Manifest) -> str:
    config = manifest.config
    sampled = "" if config.assistant in ("oracle", "teacher") else f", temperature {config.temperature:g}"
    lines = [
        "In each an assistant serves a simulated user by calling the tools of a simulated API. Each was graded: every call "
        "is well formed, obeys its tool's schema and is one that the task needs, and the task was fulfilled.",
        f"Made by InfTool {manifest.version}: `inftool synth`, assistant `{config.assistant}`{sampled}, "
        f"seed {config.seed}. The same command writes the same bytes.",
    ]
    for split, record in manifest.splits.items():
        if record.exhausted:
            lines.append(
                f"Of `{split.value}` {record.wanted:,} rows were asked for; nothing new came after {record.tally.rows:,}."
            )
    if len(manifest.splits) > 1:
        lines.append(
            "Every name, date, id and large number belongs to one split alone, by a hash of its text, and no "
            "conversation of `eval` is nearly one of `train`."
        )
    return "\n\n".join(lines)


def _by_split(title: str, counts: Mapping[Split, Mapping[str, int] | Mapping[int, int]]) -> str:
    found = {split: {str(name): times for name, times in one.items()} for split, one in counts.items()}
    names = sorted({name for one in found.values() for name in one})
    rows = [[name, *(f"{one.get(name, 0):,}" for one in found.values())] for name in names]
    return _table([title, *(split.value for split in counts)], rows)


def _lengths(tallies: Mapping[Split, Tally]) -> str:
    rows = []
    for split, tally in tallies.items():
        for title, counts in (
            ("assistant's turns", tally.turns),
            ("calls", tally.calls),
            ("characters, rounded down to hundreds", tally.characters),
        ):
            middle, high = (quantile(counts, share) for share in (0.5, 0.95))
            mean = sum(value * times for value, times in counts.items()) / sum(counts.values())
            rows.append(
                [
                    split.value,
                    title,
                    f"{min(counts)}",
                    f"{middle}",
                    f"{mean:.1f}",
                    f"{high}",
                    f"{max(counts)}",
                ]
            )
    return _table(["split", "of a conversation", "least", "median", "mean", "95 %", "most"], rows)


def quantile(counts: Mapping[int, int], share: float) -> int:
    """The smallest value that at least this share of what was counted does not exceed.

    >>> quantile({1: 5, 2: 4, 9: 1}, 0.5), quantile({1: 5, 2: 4, 9: 1}, 0.95)
    (1, 9)
    """
    seen = 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= share * sum(counts.values()):
            return value
    raise ValueError("nothing was counted")


def _refused(tallies: Mapping[Split, Tally]) -> str:
    tried = ", ".join(f"{tally.candidates:,} for `{split.value}`" for split, tally in tallies.items())
    table = _by_split("reason", {split: tally.refused for split, tally in tallies.items()})
    return f"Conversations tried: {tried}.\n\n{table}"


def _origin(manifest: Manifest) -> str:
    rows = [[f"`{one.name}`", f"{one.tools}", f"`{one.digest}`"] for one in manifest.sources]
    return "The hash is of all that the tools say.\n\n" + _table(["environment", "tools", "hash"], rows)


def _columns(formats: Iterable[Format]) -> str:
    lines = [
        "Every row has `id`, `environment`, `category`, `difficulty` and `seed`, which opens the same scenario again.",
        *(f"- `{layout.value}`: {_COLUMNS[layout]}." for layout in formats),
        "Each shard is there as Parquet, which `datasets.load_dataset` reads, and as JSON Lines.",
    ]
    return "\n\n".join([lines[0], "\n".join(lines[1:-1]), lines[-1]])


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [titles, ["---"] + ["---:"] * (len(titles) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
