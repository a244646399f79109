from inftool_env.envs.apis import catalogue_apis, load_toolset
from inftool_env.specs.catalogue import catalogue_documents, read_catalogue


def test_every_document_is_read_once_and_names_its_api() -> None:
    toolsets = [read_catalogue(document) for document in catalogue_documents()]
    assert tuple(toolset.name for toolset in toolsets) == catalogue_apis()
    assert all(load_toolset(toolset.name) is toolset for toolset in toolsets)


def test_no_two_tools_of_the_catalogue_share_a_name() -> None:
    names = [tool.name for document in catalogue_documents() for tool in read_catalogue(document).tools]
    assert len(names) == len(set(names)) > 120
