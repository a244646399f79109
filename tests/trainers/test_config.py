import pytest

from inftool_env.core.errors import ConfigError
from inftool_env.core.jsonl import from_json, to_json
from trainers.config import Averaging, GrpoConfig, PolicyLoss, SftConfig
from trainers.run_folder import TrainConfig


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (PolicyLoss, "clip_low", 1.5),
        (PolicyLoss, "kl_coefficient", -0.1),
        (PolicyLoss, "passes", 0),
        (SftConfig, "learning_rate", 0.0),
        (SftConfig, "max_seconds", 0.0),
        (GrpoConfig, "group_size", 1),
        (GrpoConfig, "replay_share", 1.0),
        (GrpoConfig, "temperature", 0.0),
    ],
)
def test_an_option_that_cannot_work_is_named_with_what_was_expected(
    kind: type[PolicyLoss | SftConfig | GrpoConfig], name: str, value: float
) -> None:
    with pytest.raises(ConfigError, match=f"^{name}: found {value}; expected .*Correct"):
        kind(**{name: value})


def test_a_config_survives_its_file() -> None:
    config = GrpoConfig(steps=3, loss=PolicyLoss(averaging=Averaging.DR_GRPO, passes=2))
    assert from_json(to_json(config), GrpoConfig) == config


def test_demonstrations_are_spoken_unless_that_is_switched_off() -> None:
    aloud, silent = (
        TrainConfig(env_ids=("InfTool/shop-api-v0",), think_aloud=is_aloud) for is_aloud in (True, False)
    )
    assert (aloud.teacher().name, silent.teacher().name) == ("teacher", "oracle")
