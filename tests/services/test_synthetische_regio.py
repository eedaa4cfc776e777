"""A whole region played on the four services: every planted fault found, everything else as generated."""

from fractions import Fraction

from services.platform.clock import AMSTERDAM
from services.synthetisch import RegioOpties, maak_regio
from services.synthetisch.spelen import speel
from services.synthetisch.vergelijk import vergelijk
from tests.services.systeem import START, Systeem

VANDAAG = START.astimezone(AMSTERDAM).date()


async def test_een_gespeelde_regio_is_zoals_gemaakt(systeem: Systeem) -> None:
    opties = RegioOpties(
        vandaag=VANDAAG, aantal_clienten=150, aantal_aanbieders=5, foutenaandeel=Fraction(50, 100), maanden=3
    )
    regio = maak_regio(opties)
    uitslag = await speel(
        regio, systeem.client, systeem.runtime.issuer.mint, parallel=4, rustig=systeem.drained, geduld=30
    )
    verschillen = await vergelijk(regio, uitslag, systeem.client, systeem.runtime.issuer.mint, parallel=4)
    assert [str(verschil) for verschil in verschillen] == []
