"""Events of a declaratie: cut to size, nothing lost, order kept."""

from collections import defaultdict
from datetime import UTC, date, datetime
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.invoice.events import Knipper, Kop, geregistreerd, ingediend, met_retourcode
from services.platform.events import (
    MAX_EVENT_BYTES,
    DeclaratieGeregistreerd,
    DeclaratieIngediend,
    PeriodeTotaal,
    PrestatieIngediend,
    encode,
)
from services.platform.outbox import Encoded

KOP = Kop(
    declaratie_id=UUID(int=7),
    declaratienummer="D1",
    gemeente="0193",
    aanbieder="12345678",
    periode_begin=date(2026, 4, 1),
    periode_eind=date(2026, 4, 30),
    dagtekening=date(2026, 5, 6),
    ontvangen_op=datetime(2026, 5, 6, 10, tzinfo=UTC),
)


def prestatie(volgnummer: int, referentie: str = "R") -> PrestatieIngediend:
    return PrestatieIngediend(
        volgnummer=volgnummer,
        client="0123456789abcdef01234567",
        referentie=referentie,
        toewijzing_nummer=volgnummer,
        product_categorie="45",
        product_code="45A04",
        begindatum=date(2026, 4, 1),
        einddatum=date(2026, 4, 30),
        volume=1,
        eenheid="04",
        bedrag=1,
        debet_credit="D",
    )


REFERENTIES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n\r"), min_size=1, max_size=20
)


@settings(max_examples=30, deadline=None)
@given(
    rijen=st.lists(st.tuples(st.integers(0, 11), REFERENTIES), min_size=1, max_size=30),
    maal=st.sampled_from([1, 40]),
)
def test_events_hold_every_prestatie_once_in_order_and_fit(rijen: list[tuple[int, str]], maal: int) -> None:
    knipper = Knipper(KOP.ingediend())
    verwacht: dict[int, list[PrestatieIngediend]] = defaultdict(list)
    for volgnummer, (partition, referentie) in enumerate(rijen * maal, 1):
        regel = prestatie(volgnummer, referentie)
        verwacht[partition].append(regel)
        knipper.voeg_toe(partition, regel)
    gekregen: dict[int, list[PrestatieIngediend]] = defaultdict(list)
    for deel in knipper.delen():
        assert len(deel.data) <= MAX_EVENT_BYTES
        event = msgspec.json.decode(deel.data, type=DeclaratieIngediend)
        assert event.prestaties
        assert encode(event) == deel.data
        assert msgspec.structs.replace(event, prestaties=()) == KOP.ingediend()
        gekregen[deel.partition].extend(event.prestaties)
    assert gekregen == verwacht


def test_a_full_event_is_nearly_full() -> None:
    knipper = Knipper(KOP.ingediend())
    for volgnummer in range(1, 1001):
        knipper.voeg_toe(3, prestatie(volgnummer))
    groottes = [len(deel.data) for deel in knipper.delen()]
    assert min(groottes[:-1]) > MAX_EVENT_BYTES - 400
    assert [(out.key, out.partition) for out in ingediend(knipper.delen())] == [("p3", 3)] * len(groottes)


def test_a_retourcode_added_later_cuts_anew_and_touches_no_other_event() -> None:
    knipper = Knipper(KOP.ingediend())
    for volgnummer in range(1, 601):
        knipper.voeg_toe(volgnummer % 2, prestatie(volgnummer))
    delen = knipper.delen()
    oneven = frozenset(range(1, 601, 2))
    nieuw = met_retourcode(delen, oneven, "8021")
    assert [deel for deel in nieuw if deel.partition == 0] == [deel for deel in delen if deel.partition == 0]
    assert max(len(deel.data) for deel in nieuw) <= MAX_EVENT_BYTES
    prestaties = [
        p
        for deel in nieuw
        if deel.partition == 1
        for p in msgspec.json.decode(deel.data, type=DeclaratieIngediend).prestaties
    ]
    assert [p.volgnummer for p in prestaties] == sorted(oneven)
    assert {p.retourcodes for p in prestaties} == {("8021",)}
    assert met_retourcode(nieuw, oneven, "8021") == nieuw


def test_totals_go_out_in_one_event() -> None:
    totalen = [
        PeriodeTotaal(dienstperiode=202604, product_categorie="46", bedrag=-5),
        PeriodeTotaal(dienstperiode=202604, product_categorie="45", bedrag=10),
        PeriodeTotaal(dienstperiode=202603, product_categorie="54", bedrag=3),
    ]
    (out,) = geregistreerd(KOP, totalen)
    assert isinstance(out.payload, DeclaratieGeregistreerd)
    assert out.key == "0193"
    assert out.payload.declaratieperiode == 202604
    assert [(t.dienstperiode, t.product_categorie) for t in out.payload.totalen] == [
        (202603, "54"),
        (202604, "45"),
        (202604, "46"),
    ]


@pytest.mark.parametrize("maanden", [29, 30, 65, 200])
def test_totals_of_many_years_are_cut_between_months(maanden: int) -> None:
    totalen = [
        PeriodeTotaal(
            dienstperiode=(2021 + maand // 12) * 100 + maand % 12 + 1,
            product_categorie=str(categorie),
            bedrag=-999_999_999_999,
        )
        for maand in range(maanden)
        for categorie in range(31, 53)
    ]
    events = [out.payload for out in geregistreerd(KOP, totalen)]
    maanden_per_event = []
    terug = []
    for event in events:
        assert isinstance(event, DeclaratieGeregistreerd)
        assert not isinstance(event, Encoded)
        assert len(encode(event)) <= MAX_EVENT_BYTES
        maanden_per_event.append({totaal.dienstperiode for totaal in event.totalen})
        terug.extend(event.totalen)
    assert terug == totalen
    assert sum(map(len, maanden_per_event)) == maanden


def test_credits_travel_before_debets_however_many_events_they_need() -> None:
    """OP366: 600 corrected debets and, last in the message, the credit that makes room for one of them."""
    knipper = Knipper(KOP.ingediend())
    for nummer in range(1, 601):
        knipper.voeg_toe(3, prestatie(nummer, f"nieuw-{nummer}"))
    credit = msgspec.structs.replace(prestatie(601, "credit"), debet_credit="C", vorige_referentie="oud-1")
    knipper.voeg_toe(3, credit)
    delen = [msgspec.json.decode(deel.data, type=DeclaratieIngediend) for deel in knipper.delen()]
    gestuurd = [regel for deel in delen for regel in deel.prestaties]
    assert len(delen) > 2
    assert gestuurd[0] == credit
    assert [regel.volgnummer for regel in gestuurd[1:]] == list(range(1, 601))
