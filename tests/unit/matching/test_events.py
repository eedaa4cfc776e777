"""Outgoing events: their content, and that none is ever too large."""

from datetime import date

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.events import Overgang, van_gebruik, van_overgangen, van_verplichting
from services.matching.feiten import Saldo
from services.matching.verplichting import Verplichting
from services.platform.events import (
    MAX_EVENT_BYTES,
    DeclaratieBeoordeeld,
    JaarVerplichting,
    PrestatiesVerwerkt,
    ToewijzingGebruikt,
    encode,
    partition_of,
    toewijzing_key,
)
from tests.unit.matching.bouwen import GEMEENTE, credit, declaratie, prestatie, toewijzing

_LASTIG = st.text(st.sampled_from('"\\\x07\u20acR1'), min_size=1, max_size=20)


def overgang(volgnummer: int = 1, naar: str = "toegekend", **anders: object) -> Overgang:
    p = prestatie(volgnummer=volgnummer, **anders)
    codes = ("0611", "9338") if naar == "afgewezen" else ()
    return Overgang(declaratie(), p, "inBehandeling", naar, True, codes)  # type: ignore[arg-type]


def test_one_declaratie_gives_one_verdict_and_one_set_of_mutaties() -> None:
    events = van_overgangen([overgang(1), overgang(2, "afgewezen"), overgang(3, "inUitval")])
    beoordeeld, verwerkt = (event.payload for event in events)
    assert isinstance(beoordeeld, DeclaratieBeoordeeld)
    assert (beoordeeld.toegekend, beoordeeld.in_uitval) == ((1,), (3,))
    assert [(a.volgnummer, a.retourcodes) for a in beoordeeld.afgewezen] == [(2, ("0611", "9338"))]
    assert isinstance(verwerkt, PrestatiesVerwerkt)
    assert (verwerkt.declaratieperiode, verwerkt.declaratienummer) == (202604, "D1")
    assert [event.key for event in events] == [declaratie().declaratie_id, GEMEENTE]


def test_a_credit_is_negative_and_names_its_debet() -> None:
    p = credit(prestatie())
    verwerkt = van_overgangen([Overgang(declaratie(), p, "inUitval", "toegekend", False)])[1].payload
    assert isinstance(verwerkt, PrestatiesVerwerkt)
    (mutatie,) = verwerkt.mutaties
    assert (mutatie.bedrag, mutatie.vorige_referentie, mutatie.van, mutatie.verplicht) == (
        -36_000,
        "R1",
        "inUitval",
        False,
    )


def test_declaraties_are_kept_apart() -> None:
    een, twee = overgang(1), msgspec.structs.replace(overgang(1), declaratie=declaratie(2))
    assert len(van_overgangen([een, twee, een])) == 4


@settings(max_examples=15, deadline=None)
@given(
    referenties=st.lists(_LASTIG, min_size=1, max_size=10),
    aantal=st.integers(1, 1_500),
    naar=st.sampled_from(["toegekend", "afgewezen", "inUitval"]),
)
def test_no_event_is_larger_than_the_bus_takes_and_nothing_is_lost(
    referenties: list[str], aantal: int, naar: str
) -> None:
    """Longest numbers, references that JSON has to escape."""
    overgangen = [
        overgang(
            10**6 + n,
            naar,
            referentie=referenties[n % len(referenties)],
            vorige_referentie=referenties[-1],
            toewijzing_nummer=999_999_999,
            bedrag=99_999_999,
        )
        for n in range(aantal)
    ]
    events = van_overgangen(overgangen)
    assert max(len(encode(event.payload)) for event in events) <= MAX_EVENT_BYTES  # type: ignore[arg-type]
    gezien = [m.volgnummer for e in events if isinstance(e.payload, PrestatiesVerwerkt) for m in e.payload.mutaties]
    assert gezien == [10**6 + n for n in range(aantal)]


def test_counts_go_out_per_partition_and_only_when_they_changed() -> None:
    nummers = range(1001, 1030)
    oud = {(GEMEENTE, n): Saldo(0, 0, 1) for n in nummers}
    nieuw = {(GEMEENTE, n): Saldo(9, 9, 2 if n % 2 else 1) for n in nummers}
    gezien = {}
    for event in van_gebruik("jw", oud, nieuw):
        assert isinstance(event.payload, ToewijzingGebruikt)
        assert event.key == f"p{event.partition}"
        for gebruik in event.payload.toewijzingen:
            assert partition_of(toewijzing_key(GEMEENTE, gebruik.toewijzing_nummer)) == event.partition
            gezien[gebruik.toewijzing_nummer] = gebruik.aantal_toegekend
    assert gezien == {n: 2 for n in nummers if n % 2}


def test_many_counts_stay_below_the_limit() -> None:
    oud = {(GEMEENTE, n): Saldo() for n in range(10**9 - 20_000, 10**9)}
    nieuw = {sleutel: Saldo(0, 0, 999_999) for sleutel in oud}
    events = van_gebruik("jw", oud, nieuw)
    assert max(len(encode(event.payload)) for event in events) <= MAX_EVENT_BYTES  # type: ignore[arg-type]


def test_the_longest_commitment_fits_in_an_event() -> None:
    jaren = tuple(JaarVerplichting(jaar=j, bedrag=10**15) for j in range(1950, 2050))
    event = van_verplichting("jw", toewijzing(einddatum=date(2049, 1, 1)), 3, Verplichting("omvang", jaren))
    assert len(encode(event.payload)) <= MAX_EVENT_BYTES  # type: ignore[arg-type]
