"""Texts of rules on what comes back: retourberichten, and the JW325."""

from typing import Final

from ijw.tekstentabel.tekst import tekst

TEKSTEN: Final = {
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
