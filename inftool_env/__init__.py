"""InfTool's environments: multi-turn tool use made from API documents.

Importing this package registers the built-in environments with Gymnasium:

>>> import gymnasium, inftool_env
>>> env = gymnasium.make("InfTool/weather-api-v0")
"""

from inftool_env.core.errors import InfToolError
from inftool_env.envs.registry import (
    env_ids,
    load_toolset,
    open_episode,
    register_api,
    register_builtin,
    register_toolset,
    register_variant,
)
from inftool_env.specs.load import read_spec, read_tools

__version__ = "0.1.0"
__all__ = ["InfToolError", "env_ids", "load_toolset", "open_episode", "read_spec", "read_tools"]
__all__ += ["register_api", "register_toolset", "register_variant"]

register_builtin()
