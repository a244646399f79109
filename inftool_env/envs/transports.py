"""How calls reach an environment's server: directly, or through a real MCP session."""

from inftool_env.world.worlds import SimulatedWorlds, Worlds

TRANSPORTS = ("direct", "memory", "stdio", "http")
"""``direct`` calls the server as a function. The others are MCP: inside this process, to a process of its own over
its standard input and output, or over HTTP on this machine."""


def worlds_over(transport: str) -> Worlds:
    """Worlds whose calls travel over a transport, one of ``TRANSPORTS``."""
    if transport == "direct":
        return SimulatedWorlds()
    # Here, so that environments without a wire do without the SDK.
    from inftool_env.world.mcp_worlds import McpWorlds, Wire

    return McpWorlds(Wire(transport))
