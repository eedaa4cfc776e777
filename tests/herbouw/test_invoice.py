"""Rebuilding invoice: its verdicts come from matching again, and no answer changes."""

from tests.herbouw.hulp import Stilstaand, verschil

_VERDICTEN = (
    "SELECT d.declaratie_id, v.volgnummer, v.uitkomst, v.retourcodes, v.client_retourcodes, d.status,"
    " d.aantal_toegekend, d.aantal_afgewezen, d.aantal_in_uitval, d.totaal_toegekend, d.antwoord_bericht_id,"
    " d.beantwoord_op"
    " FROM invoice.declaraties d LEFT JOIN invoice.verdicten v USING (declaratie_id) ORDER BY 1, 2"
)


async def test_een_gezonde_invoice_blijft_wat_zij_was(stil: Stilstaand) -> None:
    voor, gezegd = await stil.gevolgen(), await stil.gezegd("invoice")
    uitkomst = await stil.herbouw("invoice")
    assert uitkomst.verslag.hersteld == {}
    assert uitkomst.verslag.niet_te_herstellen == []
    assert uitkomst.afwijkingen == []
    assert await stil.gevolgen() == voor
    assert await stil.gezegd("invoice") == gezegd
    await stil.klopt()


async def test_wat_is_veranderd_of_verdwenen_wordt_hersteld_en_geen_antwoord_verandert(stil: Stilstaand) -> None:
    voor, gezegd = await stil.sql(_VERDICTEN), await stil.gezegd("invoice")
    uitval = await stil.sql("SELECT declaratie_id, volgnummer FROM invoice.uitval ORDER BY 1, 2")
    berichten = await stil.sql("SELECT bericht_id, xml FROM invoice.berichten ORDER BY 1")
    for statement in (
        "DELETE FROM invoice.toekenningen WHERE hashtext(declaratie_id::text) % 3 = 0",
        "DELETE FROM invoice.afwijzingen WHERE volgnummer % 2 = 0",
        "UPDATE invoice.afwijzingen SET retourcodes = '{9999}' WHERE volgnummer % 3 = 0",
        "DELETE FROM invoice.uitval WHERE volgnummer % 2 = 1",
        "UPDATE invoice.declaraties SET totaal_toegekend = totaal_toegekend + 1, aantal_in_uitval = 77"
        " WHERE status <> 'afgekeurd'",
        "UPDATE invoice.declaraties SET status = 'in_behandeling', antwoord_bericht_id = NULL, beantwoord_op = NULL"
        " WHERE status = 'beantwoord' AND hashtext(declaratie_id::text) % 2 = 0",
    ):
        await stil.sql(statement)
    assert await stil.sql(_VERDICTEN) != voor
    uitkomst = await stil.herbouw("invoice")
    assert uitkomst.afwijkingen == []
    assert uitkomst.verslag.niet_te_herstellen == []
    assert await stil.sql(_VERDICTEN) == voor
    assert await stil.sql("SELECT declaratie_id, volgnummer FROM invoice.uitval ORDER BY 1, 2") == uitval
    assert await stil.sql("SELECT bericht_id, xml FROM invoice.berichten ORDER BY 1") == berichten
    assert await stil.gezegd("invoice") == gezegd
    assert (await stil.herbouw("invoice")).verslag.hersteld == {}
    await stil.klopt()


async def test_wat_geantwoord_is_wordt_niet_tegengesproken(stil: Stilstaand) -> None:
    """Somebody changed what matching says it said: the answer that was sent counts, and the declaratie is named."""
    ((nummer, declaratie),) = await stil.sql(
        "SELECT declaratienummer, declaratie_id FROM invoice.declaraties WHERE status = 'beantwoord'"
        " AND aantal_toegekend > 0 AND aantal_afgewezen = 0 ORDER BY volgnummer LIMIT 1"
    )
    await stil.sql(
        "UPDATE matching.outbox SET data = convert_to(jsonb_build_object('domein', 'jw', 'declaratieId', $1::text,"
        " 'gemeente', '0193', 'afgewezen', jsonb_build_array(jsonb_build_object('volgnummer', 1, 'retourcodes',"
        " jsonb_build_array('9999'))))::text, 'UTF8') WHERE topic = 'beoordelingen' AND sleutel = $1",
        str(declaratie),
    )
    voor = await stil.staat("invoice")
    uitkomst = await stil.herbouw("invoice")
    assert verschil(voor, await stil.staat("invoice")) == {}
    assert [nummer in zin for zin in uitkomst.verslag.niet_te_herstellen] == [True]


async def test_wat_nog_niet_verwerkt_was_wordt_niet_vooruitgelopen(stil: Stilstaand) -> None:
    """Events past the place of invoice come by the bus, with everything that follows from them."""
    voor = await stil.sql(_VERDICTEN)
    ((declaratie, partitie, xid, volgnummer),) = await stil.sql(
        "SELECT sleutel, partitie, xid, volgnummer FROM matching.outbox WHERE topic = 'beoordelingen'"
        " ORDER BY xid DESC, volgnummer DESC LIMIT 1"
    )
    await stil.sql(
        "UPDATE invoice.posities p SET xid = o.xid, volgnummer = o.volgnummer FROM (SELECT * FROM matching.outbox"
        "  WHERE topic = 'beoordelingen' AND partitie = $1 AND (xid, volgnummer) < ($2, $3)"
        "  ORDER BY xid DESC, volgnummer DESC LIMIT 1) AS o WHERE p.topic = o.topic AND p.partitie = o.partitie",
        partitie, xid, volgnummer,
    )  # fmt: skip
    await stil.sql("DELETE FROM invoice.posities WHERE topic = 'beoordelingen' AND partitie < 0")
    await stil.herbouw("invoice")
    na = await stil.sql(_VERDICTEN)
    assert [rij for rij in na if str(rij["declaratie_id"]) != declaratie] == [
        rij for rij in voor if str(rij["declaratie_id"]) != declaratie
    ]
    await stil.klopt()


async def test_na_een_oude_reservekopie_gebruikt_geen_antwoord_een_identificatie_twee_keer(stil: Stilstaand) -> None:
    """Answers of after the backup were fetched; nobody here knows their numbers any more."""
    verstuurd = {rij[0] for rij in await stil.sql("SELECT identificatie FROM invoice.berichten WHERE richting = 'uit'")}
    await stil.zet_kopie_terug("invoice")
    bewaard = {rij[0] for rij in await stil.sql("SELECT identificatie FROM invoice.berichten WHERE richting = 'uit'")}
    assert bewaard < verstuurd
    await stil.sql(
        "SELECT setval('invoice.berichtnummers', greatest(1, max(substr(identificatie, 3)::bigint)))"
        " FROM invoice.berichten WHERE richting = 'uit'"
    )
    uitkomst = await stil.herbouw("invoice")
    assert ["berichten van na de reservekopie" in zin for zin in uitkomst.verslag.niet_te_herstellen] == [True]
    ((volgende,),) = await stil.sql("SELECT nextval('invoice.berichtnummers')")
    assert f"HF{volgende:010d}" > max(verstuurd)
