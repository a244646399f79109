import asyncio

import pytest
from mcp import Client

from benchmarks.conformance.fixtures import FixtureWorlds, fixture_toolset
from benchmarks.conformance.suite import NEEDS_FIXTURES, NOT_OFFERED, read_summary
from inftool_env.world.mcp_server import build_server
from inftool_env.world.mcp_sessions import Sessions

SUMMARY = """
✗ prompts-list: 0 passed, 0 failed (of an earlier page)
=== SUMMARY ===
✓ tools-list: 3 passed, 0 failed
✗ prompts-list: 1 passed, 1 failed
✗ tools-call-simple-text: 1 passed, 1 failed
✗ server-stateless: 21 passed, 4 failed

Total: 26 passed, 6 failed
"""


def test_scenarios_of_features_that_are_not_offered_do_not_apply():
    report = read_summary(SUMMARY, "2026-07-28", fixtures=False)
    assert report.passed == ("tools-list",)
    assert set(report.not_applicable) == {"prompts-list", "tools-call-simple-text", "server-stateless"}
    assert report.is_good


def test_with_its_fixtures_a_scenario_must_pass():
    report = read_summary(SUMMARY, "2026-07-28", fixtures=True)
    assert report.failed == ("tools-call-simple-text",)
    assert not report.is_good


def test_a_scenario_that_applies_in_part_may_not_fail_in_more():
    worse = SUMMARY.replace("21 passed, 4 failed", "20 passed, 5 failed")
    assert read_summary(worse, "2026-07-28", fixtures=False).failed == ("server-stateless",)


def test_a_suite_that_did_not_finish_is_an_error():
    with pytest.raises(RuntimeError, match="printed no summary"):
        read_summary("boom", "2026-07-28", fixtures=True)


def test_every_scenario_has_one_reason():
    named = [scenario for scenarios in NOT_OFFERED.values() for scenario in scenarios] + list(NEEDS_FIXTURES)
    assert len(named) == len(set(named))


def test_the_fixtures_answer_as_the_suite_expects():
    async def talk() -> None:
        async with Client(build_server(Sessions(FixtureWorlds(), fixture_toolset()))) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert "$defs" in tools["json_schema_2020_12_tool"].input_schema
            text = await client.call_tool("test_simple_text", {})
            assert text.content[0].text == "This is a simple text response for testing."
            assert (await client.call_tool("test_error_handling", {})).is_error

    asyncio.run(talk())
