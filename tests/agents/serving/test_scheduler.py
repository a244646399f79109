"""The thread that decodes, without HTTP."""

import queue
import threading
import time

import pytest

from agents.samplers.decoder import Decoder
from agents.samplers.hf import HfSampler
from agents.samplers.kv import KvSampler
from agents.samplers.turns import Turn
from agents.sampling import Prompt, SamplingConfig
from agents.serving.config import ServingConfig
from agents.serving.errors import ApiError
from agents.serving.jobs import Job
from agents.serving.scheduler import Scheduler
from agents.serving.turn_text import TurnText
from inftool_env.core.errors import ConfigError


def make_kv(model, tokenizer) -> KvSampler:
    decoder = Decoder.of(model)
    assert decoder is not None
    return KvSampler(model, tokenizer, decoder)


@pytest.fixture(params=[HfSampler, make_kv], ids=["hf", "kv"])
def sampler(request, model, tokenizer):
    return request.param(model, tokenizer)


@pytest.fixture
def make_job(tokenizer):
    def make(number: int, room: int, **options) -> tuple[Job, queue.Queue]:
        ids = tuple(tokenizer.encode("Rome weather " * (1 + number % 4) + str(number)))
        news: queue.Queue = queue.Queue()
        job = Job(
            turn=Turn(prompt=Prompt(ids=ids, seed=number), room=room),
            **{"temperature": 1.0, "top_p": 1.0, "top_logprobs": None, "streams": False, **options},
            text=TurnText(tokenizer),
            deadline=options.get("deadline", time.monotonic() + 60),
            tell=news.put,
        )
        return job, news

    return make


def test_jobs_that_join_one_after_another_are_written_as_alone(sampler, make_job) -> None:
    scheduler = Scheduler(sampler, ServingConfig(most_at_once=5))
    scheduler.start()
    jobs = [make_job(number, room=6 + 5 * (number % 5)) for number in range(12)]
    first = make_job(99, room=80, streams=True)
    scheduler.submit([first[0]])
    first[1].get(timeout=20)  # the others come while it is being written
    for job, _ in jobs:
        scheduler.submit([job])
        time.sleep(0.002)
    ends = [news.get(timeout=20) for _, news in jobs]
    while first[1].get(timeout=20).finish_reason is None:
        pass
    scheduler.stop()
    alone = [
        sampler.sample([job.turn.prompt], SamplingConfig(max_new_tokens=job.turn.room))[0]
        for job, _ in [*jobs, first]
    ]
    assert [tuple(job.turn.tokens) for job, _ in [*jobs, first]] == [sample.sampled_ids for sample in alone]
    assert [end.finish_reason for end in ends] == [sample.finish_reason for sample in alone[:-1]]
    assert scheduler.tokens_written == sum(len(sample.sampled_ids) for sample in alone)


def test_a_cancelled_job_leaves_the_others_as_they_are(sampler, make_job) -> None:
    scheduler = Scheduler(sampler, ServingConfig())
    jobs = [make_job(number, room=30, streams=True) for number in range(4)]
    scheduler.start()
    scheduler.submit([job for job, _ in jobs])
    jobs[0][1].get(timeout=20)
    jobs[0][0].is_cancelled = True
    for _, news in jobs[1:]:
        while news.get(timeout=20).finish_reason is None:
            pass
    scheduler.stop()
    for job, _ in jobs[1:]:
        (alone,) = sampler.sample([job.turn.prompt], SamplingConfig(max_new_tokens=30))
        assert tuple(job.turn.tokens) == alone.sampled_ids


def test_stopping_fails_what_is_under_way_and_refuses_what_comes(sampler, make_job) -> None:
    scheduler = Scheduler(sampler, ServingConfig(most_at_once=1))
    scheduler.start()
    jobs = [make_job(number, room=4000, streams=True) for number in range(3)]
    scheduler.submit([job for job, _ in jobs])
    jobs[0][1].get(timeout=20)
    scheduler.stop()
    for _, news in jobs:
        last = None
        while not news.empty():
            last = news.get()
        assert isinstance(last, ApiError)
        assert last.code == "stopping"
    with pytest.raises(ApiError, match="being stopped"):
        scheduler.submit([make_job(9, room=1)[0]])


def test_a_model_that_fails_fails_its_jobs_and_no_others(sampler, make_job, monkeypatch, caplog) -> None:
    scheduler = Scheduler(sampler, ServingConfig())
    begin = sampler.begin

    def fail_once(turns):
        monkeypatch.setattr(sampler, "begin", begin)
        raise RuntimeError("out of memory")

    monkeypatch.setattr(sampler, "begin", fail_once)
    scheduler.start()
    broken, next_one = make_job(1, room=3), make_job(2, room=3)
    scheduler.submit([broken[0]])
    assert broken[1].get(timeout=20).code == "model_failed"
    scheduler.submit([next_one[0]])
    assert next_one[1].get(timeout=20).finish_reason
    scheduler.stop()
    assert "out of memory" in caplog.text


def test_jobs_beyond_the_cache_wait_and_one_too_large_for_it_is_written_alone(sampler, make_job) -> None:
    scheduler = Scheduler(sampler, ServingConfig(max_cache_tokens=100))
    most = 0
    begun = threading.Event()
    jobs = [make_job(number, room=20 if number else 200) for number in range(6)]
    take = scheduler._take

    def counted():
        nonlocal most
        taken = take()
        most = max(most, scheduler.running)
        begun.set()
        return taken

    scheduler._take = counted
    scheduler.start()
    scheduler.submit([job for job, _ in jobs])
    for _, news in jobs:
        assert news.get(timeout=20).finish_reason
    scheduler.stop()
    assert 1 < most < 5


@pytest.mark.parametrize(
    "options",
    [{"most_at_once": 0}, {"time_limit_s": float("inf")}, {"temperature": 2.5}, {"max_body_bytes": -1}],
)
def test_limits_that_cannot_be_are_refused(options) -> None:
    with pytest.raises(ConfigError, match="serve-policy"):
        ServingConfig(**options)
