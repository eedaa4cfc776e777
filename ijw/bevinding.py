"""A finding: one rule that one place in a message does not meet."""

import msgspec


class Bevinding(msgspec.Struct, frozen=True):
    """What a rule found, where, and on which figures.

    ``regel`` is the rule code (``CS003``); ``retourcode`` the standard's code for it, "" when it has none.
    ``niveau`` is the control level, 1 to 4. ``pad`` names the element, or the class when the rule is about a
    whole class: ``/Bericht/Client/ToegewezenProducten/ToegewezenProduct[2]/Einddatum``, element names without
    prefix, 1-based index on repeatable elements only. ``invoer`` holds the inputs and the calculation for the
    text shown to people; never a BSN or a name.
    """

    regel: str
    retourcode: str
    niveau: int
    pad: str
    invoer: dict[str, str] = {}
