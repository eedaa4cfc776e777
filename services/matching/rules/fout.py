"""The one way in which a rule of matching reports: its code, retourcode, level and place come from this table."""

from typing import Final

from ijw.bevinding import Bevinding

_CLIENT: Final = "/Bericht/Declaratie/Clienten/Client"
_PRESTATIE: Final = f"{_CLIENT}/Prestaties/Prestatie"

INTERN: Final = "geen-contractregel"
"""The finding without a code of the standard."""

HERBOUWD: Final = "herbouwd"
"""The finding of what was made again after a loss: why it was found is not known any more."""

_PLAATSEN: Final = {
    "TR304": ("8187", 3, f"{_CLIENT}/Bsn"),
    "TR307": ("9307", 3, f"{_PRESTATIE}/ProductPeriode"),
    "TR308": ("9308", 3, f"{_PRESTATIE}/ProductPeriode"),
    "TR314": ("8021", 3, f"{_PRESTATIE}/ProductReferentie"),
    "TR319": ("9319", 3, _PRESTATIE),
    "TR321": ("9321", 3, f"{_PRESTATIE}/GeleverdVolume"),
    "TR322": ("9322", 3, f"{_PRESTATIE}/GeleverdVolume"),
    "TR323": ("8017", 3, f"{_PRESTATIE}/ProductReferentie"),
    "TR338": ("9338", 3, _PRESTATIE),
    "TR339": ("9339", 3, f"{_PRESTATIE}/ProductCategorie"),
    "TR340": ("9340", 3, f"{_PRESTATIE}/ProductCode"),
    "TR341": ("9341", 3, f"{_PRESTATIE}/Eenheid"),
    "TR346": ("9346", 4, f"{_PRESTATIE}/IngediendBedrag"),
    "TR369": ("9369", 3, f"{_PRESTATIE}/GeleverdVolume"),
    "TR378": ("S300", 4, "/Bericht/Header/Ontvanger"),
    "TR381": ("S329", 4, f"{_PRESTATIE}/ProductCode"),
    "TR384": ("9384", 3, _PRESTATIE),
    "TR387": ("9387", 3, f"{_PRESTATIE}/ProductPeriode"),
    "TR388": ("9388", 3, f"{_PRESTATIE}/ProductPeriode"),
    "TR389": ("9389", 3, _PRESTATIE),
    "TR390": ("9390", 3, _PRESTATIE),
    "TR418": ("0611", 3, f"{_PRESTATIE}/ProductTarief"),
    INTERN: ("", 4, f"{_PRESTATIE}/ProductCode"),
    HERBOUWD: ("", 3, _PRESTATIE),
}


def retourcode(regel: str) -> str:
    """The retourcode of a rule, "" for the internal finding."""
    return _PLAATSEN[regel][0]


def regel_van(code: str) -> str:
    """The rule that a retourcode stands for, ``HERBOUWD`` when it is none of ours."""
    return next((regel for regel, (eigen, _, _) in _PLAATSEN.items() if eigen and eigen == code), HERBOUWD)


def niveau(regel: str) -> int:
    """The control level of a rule."""
    return _PLAATSEN[regel][1]


def fout(regel: str, **invoer: str) -> Bevinding:
    """A finding of ``regel``; the prestatie it is about is known from where the finding is kept."""
    code, op_niveau, pad = _PLAATSEN[regel]
    return Bevinding(regel=regel, retourcode=code, niveau=op_niveau, pad=pad, invoer=invoer)
