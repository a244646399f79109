import pytest

from inftool_env.commands.list_apis import write_table


def test_every_environment_is_one_line_with_its_tools_and_categories(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_table(["InfTool/weather-api-v0", "InfTool/bank-api-v0"])
    first, second = capsys.readouterr().out.splitlines()
    assert first.split()[:3] == ["InfTool/weather-api-v0", "14", "tools"]
    assert "multi_step" in first
    assert first.index("tools") == second.index("tools")
