"""``check`` finds every breach of what must hold in matching's tables."""

import pytest

from tests.services.matching_bouwen import credit, declaratie, klopt, prestatie, stuur, toewijzing, zet_contract
from tests.services.systeem import Systeem

SERVICES = ("matching",)


@pytest.mark.parametrize(
    ("schade", "invariant", "voorbeeld"),
    [
        ("UPDATE toewijzing_saldi SET volume = volume + 1 WHERE toewijzing_nummer = 1001", "saldo", "0193:1001"),
        ("UPDATE toewijzing_saldi SET aantal_toegekend = 9 WHERE toewijzing_nummer = 1002", "saldo", "0193:1002"),
        ("DELETE FROM toewijzing_saldi WHERE toewijzing_nummer = 1003", "heeft een saldo", "0193:1003"),
        ("UPDATE toewijzingen SET verplichting = NULL WHERE toewijzing_nummer = 1003", "verplicht", "0193:1003"),
        ("UPDATE prestaties SET uitval_id = NULL WHERE referentie = 'R3'", "in uitval staat", "/3"),
        ("UPDATE uitval SET status = 'vervallen' WHERE soort = 'prestatie'", "in uitval staat", "/3"),
        ("UPDATE prestaties SET toestand = 'toegekend' WHERE referentie = 'R3'", "houdt iets in", "-"),
        ("DELETE FROM prestaties WHERE referentie = 'R3'", "precies een", "-"),
        ("UPDATE prestaties SET retourcodes = NULL WHERE referentie = 'R4'", "heeft een retourcode", "/4"),
        ("UPDATE prestaties SET bevindingen = NULL WHERE referentie = 'R4'", "heeft een bevinding", "/4"),
        ("DELETE FROM prestaties WHERE referentie = 'R1c'", "gecrediteerde", "/1"),
        ("UPDATE prestaties SET declaratie_id = gen_random_uuid() WHERE referentie = 'R1'", "hoort bij een", "/1"),
    ],
    ids=lambda waarde: waarde if " " not in waarde else "",
)
async def test_a_breach_is_found_and_named(systeem: Systeem, schade: str, invariant: str, voorbeeld: str) -> None:
    await zet_contract(systeem)
    await stuur(systeem, *(toewijzing(nummer) for nummer in (1001, 1002, 1003)))
    eerste = prestatie(1)
    await stuur(
        systeem,
        *declaratie(
            eerste,
            prestatie(2, toewijzing_nummer=1002),
            prestatie(3, toewijzing_nummer=7),
            prestatie(4, toewijzing_nummer=1003, bedrag=1),
            prestatie(5, client="e" * 24, toewijzing_nummer=8),
        ),
    )
    await stuur(systeem, *declaratie(credit(eerste)))
    await klopt(systeem)

    connection = await systeem.connect("matching")
    assert int((await connection.execute(schade)).split()[-1]) == 1
    await connection.close()
    (service,) = systeem.runtime.services
    gevonden = await service.check(systeem.runtime.contexts["matching"])
    assert any(invariant in afwijking.invariant and voorbeeld in afwijking.detail for afwijking in gevonden), gevonden
