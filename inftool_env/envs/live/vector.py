"""Many episodes on a real MCP server side by side, each on a server of its own."""

from inftool_env.envs.live.env import LiveEnv
from inftool_env.envs.vector_env import ToolVectorEnv


class LiveVectorEnv(ToolVectorEnv):
    """``ToolVectorEnv`` over one ``LiveEnv``: the members share its tools, its surveys and its warm servers."""

    env_type = LiveEnv
