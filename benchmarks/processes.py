"""What a measurement has started and must not leave behind."""

import psutil

WORKER = "inftool_env.world.mcp_worker"
"""The module that a process of worlds runs."""


def descendants() -> set[int]:
    """The processes that this one, or one of its children, has started and that still run."""
    return {child.pid for child in psutil.Process().children(recursive=True) if is_running(child.pid)}


def world_servers() -> set[int]:
    """The processes that this one has started to serve worlds."""
    return {child.pid for child in psutil.Process().children() if WORKER in command_line(child.pid)}


def is_running(pid: int) -> bool:
    """Whether the process is there, and no zombie that nobody has looked at."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def command_line(pid: int) -> list[str]:
    """The words that started the process; none where it has ended."""
    try:
        return psutil.Process(pid).cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []


def resident_mib(pid: int) -> float:
    """Memory that the process holds.

    Raises:
        psutil.NoSuchProcess: it has ended.
    """
    return float(psutil.Process(pid).memory_info().rss) / 2**20
