"""Reading our YAML files, and refusing what a whole reader would take without a word: a key that stands there twice."""

from collections.abc import Hashable
from typing import Any

import yaml


class _Reader(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise yaml.constructor.ConstructorError(None, None, f"twice: {twice}", node.start_mark)
        return super().construct_mapping(node, deep)


def lees(text: str) -> Any:
    """The document."""
    return yaml.load(text, Loader=_Reader)
