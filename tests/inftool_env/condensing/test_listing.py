from dataclasses import replace

from inftool_env.condensing.listing import listing
from inftool_env.core.tool import Effect, Toolset
from inftool_env.specs.load import read_tools


def test_a_listing_is_read_back_as_the_toolset_it_was(make_tool, tmp_path) -> None:
    upsert = replace(
        make_tool("createOrUpdate", "id! note", route="POST /a/{id}/__notes__"),
        effect=Effect.UPDATE,
        resource="note",
        tags=("Notes & more",),
    )
    ping = replace(
        make_tool("search", result="id"),
        parameters={"type": "object", "properties": {}, "additionalProperties": False},
        effect=Effect.CREATE,
        resource=None,
    )
    listed = replace(make_tool("list_notes"), returns={"type": "array", "items": {"type": "string"}})
    toolset = Toolset(name="notes", title="Notes", description="Keeps notes.", tools=(upsert, ping, listed))
    path = tmp_path / "notes.json"
    path.write_text(listing(toolset))
    read = read_tools(path)
    assert (read.name, read.title, read.description) == ("notes", "Notes", "Keeps notes.")
    assert read.digest == toolset.digest
    assert [tool.tags for tool in read.tools] == [("Notes & more",), (), ()]
