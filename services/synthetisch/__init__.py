"""A reproducible synthetic region: municipalities, aanbieders, clients, toewijzingen, declaraties, planted faults.

A seed goes in, everything comes out: the same options give the same bytes. Nothing here knows the services from
inside; what must come of every message is derived from the rules of the standard and from the public description
of the policy, so that a running system can be compared with it.
"""

from services.synthetisch.opties import IJSSELLAND, OptieError, RegioOpties
from services.synthetisch.regio import Fase, Regio, Verwachting, maak_regio
from services.synthetisch.schrijven import schrijf_regio
from services.synthetisch.verwachting import Stap

__all__ = [
    "IJSSELLAND",
    "Fase",
    "OptieError",
    "Regio",
    "RegioOpties",
    "Stap",
    "Verwachting",
    "maak_regio",
    "schrijf_regio",
]
