"""What fixes a dataset, to the byte."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import tyro

from inftool_env.core.errors import ConfigError


class Format(StrEnum):
    """How conversations are laid out."""

    OPENAI = "openai"
    SHAREGPT = "sharegpt"
    HERMES = "hermes"


@dataclass(frozen=True, kw_only=True)
class SynthConfig:
    """What fixes a dataset beside the environments; how many processes make it changes nothing."""

    rows: Annotated[int, tyro.conf.arg(aliases=["-n"])] = 1000
    """Of the split ``train``, whose values lie on the training side of the wall."""
    eval_rows: int = 0
    """Of the split ``eval``, whose values lie on the other side."""
    assistant: str = "oracle"
    """``oracle`` plays the reference solutions, ``teacher`` says beside what each call rests on; or the folder of
    a model; or URL#MODEL for a model behind an OpenAI-compatible endpoint."""
    seed: int = 0
    categories: tuple[str, ...] = ()
    """Kinds of scenarios; all that each environment admits when none is named."""
    format: Annotated[tuple[Format, ...], tyro.conf.EnumChoicesFromValues] = (Format.OPENAI,)
    """Layouts; of several, each is a configuration of the dataset, and the first is the default."""
    temperature: float = 1.0
    """Of a model; 0 takes the likeliest token."""
    max_new_tokens: int = 512
    """Of a model, in one turn."""

    def __post_init__(self) -> None:
        if self.rows < 0 or self.eval_rows < 0 or not self.rows + self.eval_rows:
            raise ConfigError(
                f"synth: {self.rows} rows and {self.eval_rows} for evaluation; expected 1 or more in all. Give a larger -n."
            )
        if not self.format or len(set(self.format)) < len(self.format):
            raise ConfigError(
                f"synth: formats {', '.join(self.format) or 'none'}; expected each once, and one at least. Correct --format."
            )
        if self.temperature < 0 or self.max_new_tokens < 1:
            raise ConfigError(
                f"synth: temperature {self.temperature}, max_new_tokens {self.max_new_tokens}; expected 0 or more, and "
                "1 or more. Correct the numbers."
            )
