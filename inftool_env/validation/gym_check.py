"""What Gymnasium's own checker has against an environment."""

import io
import warnings
from contextlib import redirect_stdout

import gymnasium
from gymnasium.utils.env_checker import check_env

from inftool_env.core.errors import InfToolError
from inftool_env.envs.tool_env import ToolEnv


def gym_trouble(environment: ToolEnv) -> str:
    """The first complaint of ``check_env``, its warnings included; empty when there is none.

    Rendering is left out: it is the same for every document.
    """
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
            warnings.simplefilter("error", UserWarning)
            check_env(environment, skip_render_check=True)
    except (AssertionError, TypeError, ValueError, UserWarning, gymnasium.error.Error, InfToolError) as error:
        return f"{type(error).__name__}: {error}"
    return ""
