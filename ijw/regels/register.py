"""Every rule of the library in one list, in the order in which their findings are reported."""

from itertools import chain, islice
from types import MappingProxyType
from typing import Final

from ijw.berichten import Bericht
from ijw.bevinding import Bevinding
from ijw.regels import (
    client,
    contact,
    datums,
    declaratie,
    header,
    levering,
    overlap,
    prestatie,
    retour,
    sleutels,
    toewijzing,
    verzoek,
    verzoekantwoord,
)
from ijw.regels.regel import Functie, Regel

_MET_HEADER: Final = "JW301 JW305 JW307 JW315 JW317 JW319 JW323 JW325"
_MET_AANSPRAKEN: Final = "JW301 JW315 JW317"
_MET_GEBOORTEDATUM: Final = "JW301 JW305 JW307 JW315"


def _niveau2(functie: Functie, berichten: str) -> Regel:
    """A rule inside one message; its code is the first part of the function's name (of GENERAL_0001 two)."""
    delen = functie.__name__.upper().split("_")
    code = "_".join(delen[:2]) if delen[0] == "GENERAL" else delen[0]
    return Regel(code=code, niveau=2, retourcode="0001", berichten=frozenset(berichten.split()), functie=functie)


def _header(code: str, niveau: int, retourcode: str, functie: Functie) -> Regel:
    berichten = frozenset(_MET_HEADER.split())
    return Regel(code=code, niveau=niveau, retourcode=retourcode, berichten=berichten, functie=functie)


REGELS: Final[tuple[Regel, ...]] = (
    _niveau2(client.tr002_geboortedatum_hoogstens_120_jaar_geleden, _MET_GEBOORTEDATUM),
    _niveau2(contact.tr006_contact_is_bereikbaar, "JW301"),
    _niveau2(levering.tr018_stop_niet_voor_start, "JW307"),
    _header("TR056", 3, "9056", header.tr056),
    _niveau2(client.tr061_client_heeft_vast_adres, "JW301"),
    _niveau2(sleutels.tr101_sleutels_zijn_uniek, "JW301 JW305 JW307 JW315 JW317 JW323 JW325"),
    _niveau2(datums.tr134_datum_niet_na_dagtekening, "JW301 JW305 JW307 JW315 JW323 JW325"),
    _header("TR135", 4, "8848", header.tr135),
    _niveau2(datums.tr137_einddatum_tussen_begindatum_en_dagtekening, "JW323 JW325"),
    _niveau2(overlap.tr302_geen_overlap_van_hetzelfde_product, "JW301"),
    _niveau2(prestatie.tr315_een_credit_per_debet, "JW323"),
    _niveau2(prestatie.tr316_debet_en_credit_niet_in_een_bericht, "JW323"),
    _niveau2(prestatie.tr335_hoogstens_vijf_jaar_terug, "JW323"),
    _niveau2(retour.tr342_totalen_verschillen_wat_terugkomt, "JW325"),
    _niveau2(verzoek.tr352_verzoek_gaat_over_een_toewijzing, "JW317"),
    _niveau2(verzoek.tr353_verzoek_vraagt_een_wijziging, "JW317"),
    _niveau2(declaratie.tr358_totaal_is_som_van_prestaties, "JW323"),
    _niveau2(verzoekantwoord.tr377_woonplaatsbeginsel_noemt_gemeente, "JW319"),
    _header("TR378", 4, "S300", header.tr378),
    _niveau2(verzoek.tr380_nieuw_product_gaat_later_in, "JW317"),
    _niveau2(verzoek.tr383_referentie_per_aangevraagd_product, "JW315"),
    _niveau2(overlap.tr386_geen_overlap_van_aangevraagde_producten, "JW315"),
    _niveau2(verzoekantwoord.tr409_andere_gemeente_alleen_bij_woonplaatsbeginsel, "JW319"),
    _niveau2(overlap.tr410_geen_overlap_van_nieuwe_producten, "JW317"),
    _niveau2(prestatie.tr416_een_debet_per_levering, "JW323"),
    _niveau2(contact.cd005_landcode_bij_postcode, "JW301"),
    _niveau2(client.cd007_taal_alleen_bij_tolk, "JW301"),
    _niveau2(contact.cd009_periode_alleen_bij_tijdelijk_adres, "JW301"),
    _niveau2(contact.cd025_huis_bij_nederlands_adres, "JW301"),
    _niveau2(contact.cd034_postcode_bij_vast_adres, "JW301"),
    _niveau2(toewijzing.cd041_omvang_bij_productcode, _MET_AANSPRAKEN),
    _niveau2(verzoek.cd043_ingangsdatum_bij_beschikking, "JW315"),
    _niveau2(prestatie.cd060_vorige_referentie_alleen_bij_credit, "JW323 JW325"),
    _niveau2(verzoek.cd066_geen_naam_bij_zorgverlenercode, "JW315"),
    _niveau2(verzoek.cd067_naam_zonder_zorgverlenercode, "JW315"),
    _niveau2(verzoek.cd068_zorgverlenercode_alleen_bij_zorgverlener, "JW315"),
    _niveau2(toewijzing.cd075_einddatum_bij_budget, _MET_AANSPRAKEN),
    _niveau2(toewijzing.cd076_einddatum_bij_omvang_per_week, _MET_AANSPRAKEN),
    _niveau2(toewijzing.cd077_geen_omvang_bij_budget, _MET_AANSPRAKEN),
    _niveau2(toewijzing.cd078_geen_budget_bij_omvang, _MET_AANSPRAKEN),
    _niveau2(toewijzing.cd079_product_zonder_budget, _MET_AANSPRAKEN),
    _niveau2(toewijzing.cd080_geen_omvang_zonder_productcode, "JW301"),
    _niveau2(verzoekantwoord.cd085_reden_bij_afwijzing, "JW319"),
    _niveau2(verzoekantwoord.cd086_geen_reden_bij_onderzoek, "JW319"),
    _niveau2(prestatie.cd087_tarief_behalve_bij_euros, "JW323"),
    _niveau2(toewijzing.cd095_geen_omvang_zonder_productcode, "JW315"),
    _niveau2(toewijzing.cd096_geen_omvang_zonder_productcode, "JW317"),
    _niveau2(client.cs002_bsn_voldoet_aan_elfproef, "JW301 JW305 JW307 JW315 JW317 JW323 JW325"),
    _niveau2(datums.cs003_einddatum_niet_voor_begindatum, _MET_AANSPRAKEN),
    _niveau2(client.cs050_naamgebruik_past_bij_partnernaam, "JW301"),
    _niveau2(levering.cs058_status_is_eerste_of_verwijderen, "JW305 JW307"),
    _niveau2(contact.cs089_postcode_is_nederlands, "JW301"),
    _niveau2(datums.cs100_periode_niet_voor_2021, "JW323"),
    _niveau2(client.cs139_datumgebruik_past_bij_datum, _MET_GEBOORTEDATUM),
    _niveau2(client.cs318_client_is_natuurlijk_persoon, "JW301"),
    _niveau2(declaratie.cs325_nul_is_debet, "JW323 JW325"),
    _niveau2(toewijzing.cs335_verwijderd_heeft_gelijke_datums, "JW301"),
    _niveau2(toewijzing.cs336_vervallen_correctie_niet_gebruikt, "JW301"),
    _niveau2(prestatie.cs337_productperiode_in_een_maand, "JW323"),
    _niveau2(toewijzing.cs338_eenheid_niet_per_dag, "JW301 JW317"),
    _niveau2(prestatie.cs339_bedrag_is_volume_bij_euros, "JW323"),
    _niveau2(declaratie.cs340_declaratieperiode_is_een_maand, "JW323"),
    _niveau2(toewijzing.cs343_eenheid_niet_per_dag, "JW315"),
    _niveau2(retour.general_0001_alleen_de_header, "JW302 JW306 JW308 JW316 JW318 JW320 JW325"),
)

_PER_SOORT: Final = MappingProxyType(
    {
        soort: tuple(regel.functie for regel in REGELS if regel.niveau == 2 and soort in regel.berichten)
        for soort in frozenset().union(*(regel.berichten for regel in REGELS))
    }
)


def niveau2(bericht: Bericht, hoogstens: int | None = None) -> tuple[Bevinding, ...]:
    """Findings of all level 2 rules for this kind of message, in the order of REGELS.

    Empty means that the message is in order. With `hoogstens` the search stops after that many findings:
    one is enough to refuse a message, and a hostile one can hold a hundred thousand faults.
    """
    gevonden = chain.from_iterable(functie(bericht) for functie in _PER_SOORT.get(bericht.soort, ()))
    return tuple(islice(gevonden, hoogstens))
