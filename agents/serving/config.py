"""How a policy is served: what is allowed, and what holds where a request says nothing."""

from dataclasses import dataclass

from inftool_env.core.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingConfig:
    """Limits and defaults of one server."""

    temperature: float = 1.0
    """Where a request names none; 0 takes the likeliest token."""
    max_new_tokens: int = 1024
    """Tokens of one answer where a request names no limit."""
    max_context_tokens: int = 0
    """Prompt and answer together; 0 takes what the model was made for."""
    seed: int = 0
    """Of the answers to requests that bring no seed, each another one."""
    constrained: bool = False
    """Let all calls obey their schemas, whether or not a request asks for it."""
    action_format: str = "hermes"
    """How the policy writes calls: a key of ``FORMATS``."""
    most_at_once: int = 64
    """Answers that are written together."""
    max_cache_tokens: int = 262_144
    """Places that answers written together may take, each as many as the longest; a longer one is written alone."""
    max_waiting: int = 256
    """Answers that wait for their turn; more are refused with 429."""
    time_limit_s: float = 600.0
    """For one answer, waiting included."""
    max_body_bytes: int = 4 * 2**20
    """Bytes of one request."""
    body_timeout_s: float = 30.0
    """Seconds in which a request's body must have come."""

    def __post_init__(self) -> None:
        for name in (
            "max_new_tokens",
            "most_at_once",
            "max_cache_tokens",
            "max_waiting",
            "time_limit_s",
            "max_body_bytes",
            "body_timeout_s",
        ):
            if not 0 < getattr(self, name) < float("inf"):
                raise ConfigError(
                    f"serve-policy: {name} is {getattr(self, name)}; expected more than 0. Leave it out for the default."
                )
        if not 0 <= self.temperature <= 2 or self.max_context_tokens < 0:
            raise ConfigError(
                f"serve-policy: temperature is {self.temperature}, max_context_tokens {self.max_context_tokens}; expected "
                "a temperature from 0 to 2, and tokens of 0 or more. Correct them."
            )
