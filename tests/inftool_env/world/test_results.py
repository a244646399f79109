"""Results obey the schemas that the documents promise, for our own APIs and for real ones."""

from pathlib import Path

import pytest

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Split
from inftool_env.core.schema import SchemaValidator
from inftool_env.core.seeds import generator
from inftool_env.core.tool import Toolset
from inftool_env.specs.load import read_tools
from inftool_env.world.acceptable import acceptable
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.fitting import fits
from inftool_env.world.values import draw_value

ROOT = Path(__file__).parents[3]
CATALOGUE = sorted((ROOT / "inftool_env/envs/catalogue").glob("*.yaml"))
WILD = ["petstore.oas30.yaml", "spotify.oas30.yaml", "weather-gov.oas30.yaml", "notion.oas31.json"]


def valid_and_asked(toolset: Toolset, seeds: range) -> tuple[int, int, list[str]]:
    """How many results obey their schema, of how many; and which did not."""
    valid = asked = 0
    broken = []
    for seed in seeds:
        backend = StatefulBackend(toolset, seed)
        for tool in toolset.tools:
            if tool.returns is None:
                continue
            rng = generator(seed, tool.name)
            drawn = draw_value(tool.parameters, tool.name, rng, Split.TRAIN)
            arguments = acceptable(backend, tool, drawn, rng)
            result = backend.call(ToolCall(name=tool.name, arguments=arguments))
            asked += 1
            if not result.is_error and SchemaValidator(tool.returns).is_valid(result.data):
                valid += 1
            else:
                broken.append(f"{tool.name}: {result.content[:200]}")
    return valid, asked, broken


@pytest.mark.parametrize("path", CATALOGUE, ids=lambda path: path.stem)
def test_every_result_of_the_catalogue_obeys_its_schema(path):
    valid, asked, broken = valid_and_asked(read_tools(path), range(3))
    assert (valid, broken) == (asked, [])
    assert asked >= 15


@pytest.mark.parametrize("name", WILD)
def test_results_in_the_wild_obey_their_schemas(name):
    path = ROOT.parent / "shared/specs" / name
    if not path.is_file():
        pytest.skip("the collection of real documents is not here")
    valid, asked, broken = valid_and_asked(read_tools(path), range(1))
    assert valid >= 0.95 * asked, broken


@pytest.mark.parametrize("path", CATALOGUE, ids=lambda path: path.stem)
def test_results_of_the_catalogue_are_short(path):
    toolset = read_tools(path)
    backend = StatefulBackend(toolset, 0)
    for tool in toolset.tools:
        arguments = draw_value(tool.parameters, tool.name, generator(0, tool.name), Split.TRAIN, sparse=True)
        assert len(backend.call(ToolCall(name=tool.name, arguments=arguments)).content) < 1800, tool.name


@pytest.mark.parametrize(
    ("schema", "value", "answer"),
    [
        ({"type": "string"}, "a", True),
        ({"type": "integer"}, True, False),
        ({"type": "number"}, 1, True),
        ({"type": "string", "maxLength": 2}, "abc", False),
        ({"$ref": "#/$defs/short"}, "abc", False),
        (True, 5, True),
        (False, 5, False),
    ],
)
def test_a_value_fits_a_part_of_a_document(schema, value, answer):
    root = {"$defs": {"short": {"type": "string", "maxLength": 2}}}
    assert fits(schema, root, value) is answer
