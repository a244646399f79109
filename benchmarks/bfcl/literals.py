"""Values as Java and JavaScript write them: BFCL's parameters of those languages are texts of source code.

Only spellings that the official checker reads are given, which is not all that the language has, and in places more.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from benchmarks.bfcl.possible import RightValues, first_type, written_out
from inftool_env.core.scenario import Likeness
from inftool_env.core.schema import JsonObject, JsonValue


class Language(StrEnum):
    """What else than Python functions are written in."""

    JAVA = "java"
    JAVASCRIPT = "javascript"


_TEXTS = frozenset({"String", "any", "char"})


def right_texts(possible: Sequence[JsonValue], declared: JsonObject, language: Language) -> RightValues:
    """The right texts of a parameter of a Java or JavaScript function.

    Args:
        possible: BFCL's list.
        declared: The parameter with its type in the language.
        language: Of the function.

    Raises:
        SpecError: there are too many.
    """
    kind, nested = declared.get("type", "any"), (declared.get("items") or {}).get("type", "")
    texts = [
        text
        for value in possible
        if value != "" or kind in _TEXTS
        for form in written_out(value)
        for text in (_java(form, kind, nested) if language is Language.JAVA else _javascript(form, kind))
    ]
    texts.sort(key=lambda text: text == "")  # Stable: what a model would write comes first.
    return RightValues(
        values=tuple(dict.fromkeys(texts)),
        likeness=Likeness.LOOSE if kind in _TEXTS and first_type(possible) in (str, None) else None,
        may_be_missing="" in possible,
    )


def _java(value: JsonValue, kind: str, nested: str) -> Sequence[str]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and kind == "Array":
        # The official checker splits at commas, and keeps the quotes of texts.
        return (f"new {nested or 'Object'}[]{{{', '.join(map(str, value))}}}",)
    if isinstance(value, list):
        items = ", ".join(_java_item(item, nested) for item in value)
        return [
            f"new ArrayList<{kind}>(Arrays.asList({items}))" if items else f"new ArrayList<{kind}>()"
            for kind in ("", nested)
        ]
    if isinstance(value, dict):
        puts = " ".join(f'put("{name}", {_java_item(one, "")});' for name, one in value.items())
        return [f"new HashMap<{kinds}>() {{{{ {puts} }}}}" for kinds in ("String, Object", "")]
    return [_plain(value) + suffix for suffix in _JAVA_SUFFIXES.get(kind, ("",))]


def _java_item(value: JsonValue, nested: str) -> str:
    if isinstance(value, str):
        return f"'{value}'" if nested == "char" else f'"{value}"'
    return _plain(value) + _JAVA_SUFFIXES.get(nested, ("",))[0]


def _javascript(value: JsonValue, kind: str) -> Sequence[str]:
    if isinstance(value, str):
        return (value, f"'{value}'", f'"{value}"') if kind == "String" else (value,)
    if isinstance(value, list):
        return [f"[{', '.join(_js_item(item, quote) for item in value)}]" for quote in _QUOTES]
    if isinstance(value, dict):
        return [
            "{" + ", ".join(f"{name}: {_js_item(one, quote)}" for name, one in value.items()) + "}"
            for quote in _QUOTES
        ]
    return (_plain(value) + ("n" if kind == "Bigint" else ""),)


def _js_item(value: JsonValue, quote: str) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_js_item(item, quote) for item in value)}]"
    return f"{quote}{value}{quote}" if isinstance(value, str) else _plain(value)


def _plain(value: JsonValue) -> str:
    return _WORDS.get(value, str(value)) if isinstance(value, bool) or value is None else str(value)


_WORDS: Mapping[JsonValue, str] = {True: "true", False: "false", None: "null"}
_JAVA_SUFFIXES: Mapping[str, Sequence[str]] = {"long": ("L", "l"), "float": ("f", "F")}
_QUOTES = ("'", '"')
