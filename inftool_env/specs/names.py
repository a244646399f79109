"""Names that chat APIs, slugs and readers accept."""

import re
import unicodedata
from collections.abc import Container

MAX_NAME = 64
MAX_SLUG = 48

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def words(text: str) -> list[str]:
    """The words of an identifier in lower case.

    >>> words("findPetsByStatus"), words("repos/get-HTTPRule")
    (['find', 'pets', 'by', 'status'], ['repos', 'get', 'http', 'rule'])
    """
    return [word.lower() for word in _WORD.findall(text)]


def legal_name(text: str) -> str:
    """The text with ``_`` for every run of characters that chat APIs refuse; may come out empty.

    >>> legal_name("repos/get"), legal_name("filter[name]")
    ('repos_get', 'filter_name')
    """
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", text)
    return name.strip("-" if text.startswith("_") else "_-")[:MAX_NAME]


def unique_name(name: str, taken: Container[str]) -> str:
    """The name, or the name with a free number: the first one where those taken have no gaps."""
    if name not in taken:
        return name

    def numbered(number: int) -> str:
        suffix = f"_{number}"
        return name[: MAX_NAME - len(suffix)] + suffix

    last_taken, free = 1, 2
    while numbered(free) in taken:
        last_taken, free = free, 2 * free
    while free - last_taken > 1:  # By halves: a document may want one name thousands of times.
        middle = (last_taken + free) // 2
        if numbered(middle) in taken:
            last_taken = middle
        else:
            free = middle
    return numbered(free)


def name_of_route(method: str, path: str) -> str:
    """A tool's name where the document gives none.

    >>> name_of_route("get", "/pets/{petId}")
    'get_pets_by_pet_id'
    """
    parts = [method.lower()]
    for segment in path.split("#")[0].split("/"):
        for piece in re.findall(r"\{[^{}]*\}|[^{}]+", segment):
            spelled = "_".join(words(piece))
            if spelled:
                parts.append(f"by_{spelled}" if piece.startswith("{") else spelled)
    return legal_name("_".join(parts))


def described_by_name(name: str) -> str:
    """The words of a name as a sentence.

    >>> described_by_name("listAllPets")
    'List all pets.'
    """
    text = " ".join(words(name)) or name
    return f"{text[:1].upper()}{text[1:]}."


def slugify(text: str) -> str:
    """``[a-z0-9]+(-[a-z0-9]+)*`` of at most 48 characters; empty when no letter is left.

    >>> slugify("Weather API"), slugify("Añejo & Söhne (v2)")
    ('weather-api', 'anejo-sohne-v2')
    """
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", ascii_text))
    if len(slug) > MAX_SLUG:
        head = slug[: MAX_SLUG + 1]
        slug = head[: head.rfind("-")] if "-" in head else head[:MAX_SLUG]
    return slug.strip("-")
