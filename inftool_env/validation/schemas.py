"""Whether a tool's schemas are schemas, and whether values drawn from them obey them."""

from inftool_env.core.scenario import Split
from inftool_env.core.schema import SchemaValidator
from inftool_env.core.seeds import generator
from inftool_env.core.tool import ToolSpec
from inftool_env.validation.findings import Tally
from inftool_env.validation.metaschema import metaschema
from inftool_env.world.values import draw_value


def check_schemas(tool: ToolSpec) -> Tally:
    """The tool's schemas of arguments and of results against the metaschema of 2020-12."""
    schemas = {"parameters": tool.parameters}
    if tool.returns is not None:
        schemas["returns"] = tool.returns
    troubles: list[str] = []
    for name, schema in schemas.items():
        violations = metaschema().violations(schema, limit=1)
        troubles += [f"{name}.{one.path}: {one.message}" for one in violations]
    return Tally(tried=len(schemas), good=len(schemas) - len(troubles), trouble=next(iter(troubles), ""))


def check_arguments(tool: ToolSpec, seeds: int) -> Tally:
    """Arguments drawn from the tool's schema, with and without optional parts, against that schema."""
    validator = SchemaValidator(tool.parameters)
    troubles = []
    for seed in range(seeds):
        for sparse in (True, False):
            split = Split.EVAL if seed % 2 else Split.TRAIN
            rng = generator("validate", tool.name, seed)
            drawn = draw_value(tool.parameters, "arguments", rng, split, sparse=sparse)
            troubles += [f"{one.path}: {one.message}" for one in validator.violations(drawn, limit=1)]
    return Tally(tried=2 * seeds, good=2 * seeds - len(troubles), trouble=next(iter(troubles), ""))
