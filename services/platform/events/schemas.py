"""JSON Schema of every event, for consumers outside this repository.

``python -m services.platform.events.schemas`` writes ``schemas/events/<type>.json`` and ``asyncapi.yaml``.
"""

import json
from typing import Any

import msgspec

from services.platform.events import asyncapi
from services.platform.events.topics import EVENT_TYPES
from services.platform.settings import ROOT

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def render_all() -> dict[str, dict[str, Any]]:
    """File name to JSON Schema, one for each event type."""
    documents = {}
    for name, kind in EVENT_TYPES.items():
        (schema,), components = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
        root = components.pop(kind.__name__) if "$ref" in schema else schema
        document = {
            "$schema": _DIALECT,
            "$id": f"urn:{name.replace('.', ':')}",
            **root,
            **({"$defs": components} if components else {}),
        }
        # Through JSON and back, because msgspec gives default values as Python has them (tuples).
        documents[f"{name}.json"] = json.loads(json.dumps(document))
    return documents


def main() -> None:
    """Write the files."""
    folder = ROOT / "schemas" / "events"
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in render_all().items():
        text = json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        (folder / name).write_text(text, encoding="utf-8")
    (folder / asyncapi.FILE).write_text(asyncapi.text(), encoding="utf-8")


if __name__ == "__main__":
    main()
