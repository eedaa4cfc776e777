"""The base of every class in a message."""

import msgspec


class Klasse(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    rename="camel",
    gc=False,
):
    """An immutable value: a class of a message or a composite type of the basisschema.

    Fields stand in the order of the XSD and are named after its elements in snake_case. A wrapper element
    with a list is a tuple of the listed class; an absent optional element is None, an absent optional wrapper
    the empty tuple. In JSON the names are the standard's in lowerCamelCase. Instances refer to nothing
    mutable, so no cycle can exist and the garbage collector need not follow them (``gc=False``).

    ``kw_only`` is not inherited and mypy wants to see ``frozen``: every subclass repeats both.
    """
