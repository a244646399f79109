"""Lets an agent try every task of a plan, many at once, and writes every ended episode down at once."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from benchmarks.bench.agent import Agent, Answer, InformedAgent
from benchmarks.bench.record import EpisodeRecord
from benchmarks.bench.suite import Attempt, Outcome, Task

AGENT_ERROR = "agent_error"
"""The kind of failure of an agent that brought no answer."""
MOST_WORDS = 500
"""Characters of an error that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One episode to play."""

    slot: int
    """Its place in the whole plan, which fixes the agent's chance, whatever was played before."""
    task: Task
    repeat: int

    @property
    def key(self) -> tuple[str, int]:
        """What tells it from all others of its suite."""
        return self.task.id, self.repeat


@dataclass(slots=True, kw_only=True)
class _Playing:
    planned: Planned
    attempt: Attempt
    answers: list[Answer] = field(default_factory=list)


def plan_of(tasks: Sequence[Task], repeats: int) -> tuple[Planned, ...]:
    """Every task so many times, the tries at one task beside each other."""
    return tuple(
        Planned(slot=number * repeats + repeat, task=task, repeat=repeat)
        for number, task in enumerate(tasks)
        for repeat in range(repeats)
    )


def run_plan(
    plan: Sequence[Planned],
    agent: Agent,
    *,
    done: Collection[tuple[str, int]] = (),
    at_once: int = 8,
    on_ended: Callable[[EpisodeRecord], None],
) -> None:
    """Play all of the plan but what is done.

    Args:
        plan: The whole of it, also what is done: places in it fix the agent's chance.
        agent: Is started anew.
        done: Keys of the episodes that are not played again.
        at_once: Conversations that are open together.
        on_ended: Gets the record of each episode as soon as it has ended.
    """
    agent.start(len(plan))
    informed = agent if isinstance(agent, InformedAgent) else None
    waiting = (planned for planned in plan if planned.key not in done)
    playing: dict[int, _Playing] = {}
    try:
        while True:
            while len(playing) < at_once and (planned := next(waiting, None)) is not None:
                attempt = planned.task.open()
                playing[planned.slot] = _Playing(planned=planned, attempt=attempt)
                if informed is not None:
                    informed.watch(planned.slot, planned.task.id, planned.repeat, attempt.solution)
                agent.submit(planned.slot, attempt.observation)
            if not playing:
                return
            for slot, answer in agent.collect().items():
                game = playing[slot]
                game.answers.append(answer)
                if not answer.error:
                    game.attempt.step(answer)
                    if not game.attempt.is_over:
                        agent.submit(slot, game.attempt.observation)
                        continue
                del playing[slot]
                game.attempt.close()
                on_ended(_record(game))
    finally:
        for game in playing.values():
            game.attempt.close()


def _record(game: _Playing) -> EpisodeRecord:
    last = game.answers[-1]
    if last.error:
        outcome = Outcome(
            success=False,
            failure=AGENT_ERROR,
            why=last.error[:MOST_WORDS],
            messages=tuple(game.attempt.observation["messages"]),
        )
    else:
        outcome = game.attempt.outcome()
    error = last.error or (outcome.why or outcome.failure if outcome.spoiled else "")
    return EpisodeRecord(
        task=game.planned.task.id,
        category=game.planned.task.category,
        repeat=game.planned.repeat,
        success=outcome.success and not error,
        failure=outcome.failure,
        why=outcome.why[:MOST_WORDS],
        error=error[:MOST_WORDS],
        truncated=outcome.truncated or any(answer.is_cut_off for answer in game.answers),
        actions=tuple(answer.action for answer in game.answers if not answer.error),
        messages=outcome.messages,
        prompt_tokens=sum(answer.prompt_tokens for answer in game.answers),
        completion_tokens=sum(answer.completion_tokens for answer in game.answers),
        latencies_s=tuple(round(answer.latency_s, 6) for answer in game.answers),
    )
