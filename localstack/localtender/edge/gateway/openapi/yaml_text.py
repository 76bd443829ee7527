"""YAML as OpenAPI definitions are written in."""

from __future__ import annotations

from typing import Any

import yaml


class InvalidYamlError(ValueError):
    """The text is no YAML."""


class _Loader(yaml.SafeLoader):
    """YAML in which dates stay texts, as an OpenAPI definition means them."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, expression) for tag, expression in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_yaml(text: str) -> Any:
    """The document of a YAML text; raises InvalidYamlError."""
    try:
        return yaml.load(text, _Loader)
    except (yaml.YAMLError, RecursionError) as error:
        raise InvalidYamlError(str(error)) from None


def dump_yaml(document: Any) -> str:
    """A document as a YAML text, its members in their order."""
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
    return text
