"""Texts of rules on what comes back: retourberichten, and the JW325."""

from typing import Final

from ijw.tekstentabel.tekst import tekst

TEKSTEN: Final = {
    "TR337": tekst(
        "het antwoord noemt {gedeclareerd}; de declaratie zelf zegt {verwacht}",
        "het antwoord noemt een andere declaratie dan die het beantwoordt",
    ),
    "TR366": tekst(
        "referentienummer {referentie} staat bij deze client niet in de declaratie",
        "een referentienummer in het antwoord staat niet in de declaratie",
    ),
    "TR367": tekst(
        "het antwoord noemt {gedeclareerd}; gedeclareerd is {verwacht}",
        "een prestatie in het antwoord is niet gelijk aan die in de declaratie",
    ),
    "TR371": tekst(
        "het antwoord noemt de XSD-versies {gedeclareerd}; de declaratie is gemaakt met {verwacht}",
        "de XSD-versies in het antwoord zijn niet die van de declaratie",
    ),
    "TR376": tekst(
        "het antwoord noemt declaratienummer {gedeclareerd}; beantwoord wordt {verwacht}",
        "het antwoord noemt een ander declaratienummer dan de declaratie",
    ),
    "TR342": tekst(
        "de prestaties in het antwoord tellen op tot {gedeclareerd};"
        " ingediend min toegekend is {verwacht} = {berekening}",
        "de declaratie is afgewezen ({code}); dan is 0 toegekend en komt er geen prestatie terug."
        " Hier is {gedeclareerd} toegekend, met {waarde} prestaties",
        "de prestaties in het antwoord zijn niet het verschil van ingediend en toegekend",
    ),
    "GENERAL_0001": tekst(
        "een bericht dat is afgekeurd met 0001 krijgt alleen de header terug; hier staat ook {waarde}",
        "naast 0001 staat in de header geen andere retourcode; hier staat ook {code}",
        "een bericht dat is afgekeurd met 0001 krijgt alleen de header terug, met die code",
    ),
}
