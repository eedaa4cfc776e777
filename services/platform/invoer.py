"""What a caller sends beside messages: the shape of a JSON body, and the version of what the caller saw."""

import re
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Strict
from pydantic.alias_generators import to_camel

Geheel = Annotated[int, Strict()]
"""A whole number written as one: no text, no fraction."""

_ETAG: Final = re.compile(r'"(0|[1-9][0-9]{0,8})"', re.ASCII)
_NOOIT: Final = -1


class Invoer(BaseModel):
    """A JSON body: names in camelCase, nothing beside what is described."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, validate_by_name=False, validate_by_alias=True)


def versie_van(if_match: str | None) -> int | None:
    """The version in an If-Match header; None without one.

    ``*`` is none either: a decision is about what somebody saw. Anything else that is not one strong ETag
    of ours matches no version.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    treffer = _ETAG.fullmatch(if_match.strip())
    return int(treffer[1]) if treffer else _NOOIT
