from inftool_env.curriculum.parting import part_tools
from inftool_env.envs.registry import load_toolset


def test_the_halves_share_no_tool_and_miss_none() -> None:
    toolset = load_toolset("trips-api")
    parting = part_tools(toolset)
    assert not set(parting.practised) & set(parting.held_out)
    assert sorted((*parting.practised, *parting.held_out)) == sorted(toolset.names)
    assert len(parting.held_out) >= 2


def test_both_halves_admit_most_categories() -> None:
    parting = part_tools(load_toolset("trips-api"))
    assert len(parting.categories) == 6
    assert len(parting.held_out_categories) >= 4


def test_the_parting_is_the_same_every_time() -> None:
    toolset = load_toolset("trips-api")
    assert part_tools(toolset) == part_tools(toolset)


def test_an_api_with_few_tools_keeps_none_back() -> None:
    toolset = load_toolset("trips-api")
    small = toolset.subset(toolset.names[:7])
    assert part_tools(small).held_out == ()
    assert part_tools(small).practised == small.names
