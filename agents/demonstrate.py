"""The reference solution of a scenario, played out as an episode: what imitation learns from."""

from inftool_env.core.scenario import Scenario
from inftool_env.core.tool import Toolset
from inftool_env.core.trajectory import Trajectory
from inftool_env.envs.actions import render_action
from inftool_env.envs.episode import Episode


def demonstrate(toolset: Toolset, scenario: Scenario) -> Trajectory:
    """The episode in which the assistant follows the scenario's solution.

    Args:
        toolset: The API that the scenario was written for.
        scenario: A sealed scenario: its solution has been replayed.
    """
    episode = Episode(scenario, toolset)
    for turn in scenario.solution:
        if episode.is_over:
            break
        episode.step(render_action(turn.content, turn.calls))
    return episode.trajectory(policy="reference")
