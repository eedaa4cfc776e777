"""What each retourcode says, in a short Dutch sentence of our own (code list WJ001 gives the codes)."""

from types import MappingProxyType
from typing import Final

TEKSTEN: Final = MappingProxyType(
    {
        "0001": "het bericht voldoet niet aan een regel die binnen het bericht te controleren is",
        "0200": "geen opmerkingen",
        "0233": "niet beoordeeld",
        "0611": "het tarief wijkt af van het gecontracteerde tarief",
        "8001": "de declaratie is geheel toegekend",
        "8017": "de creditregel past niet bij een eerder toegekende debetregel",
        "8021": "het referentienummer is al eerder gebruikt",
        "8187": "de client is niet bekend bij deze aanbieder en gemeente",
        "8214": "de declaratieperiode ligt voor de laatst ingediende",
        "8848": "de dagtekening ligt in de toekomst",
        "9019": "de toewijzing is niet bekend",
        "9056": "de identificatie van het bericht is al eerder gebruikt",
        "9063": "er is geen eerdere aanlevering om te verwijderen",
        "9069": "de stop hoort niet bij een bekende start",
        "9071": "de start kan niet weg zolang er een stop bij hoort",
        "9074": "deze aanlevering bestaat al",
        "9307": "de productperiode begint voor de toewijzing",
        "9308": "de productperiode eindigt na de toewijzing",
        "9319": "de productperiode ligt na de declaratieperiode",
        "9321": "het volume is hoger dan in deze productperiode is toegewezen",
        "9322": "het volume is hoger dan over de hele toewijzing is toegewezen",
        "9326": "er loopt al een start voor dit product",
        "9332": "het toewijzingnummer hoort al bij een andere toewijzing",
        "9333": "het declaratienummer is al eerder gebruikt",
        "9338": "de toewijzing is niet bekend voor deze client en aanbieder",
        "9339": "de productcategorie is niet de toegewezen categorie",
        "9340": "de productcode is niet de toegewezen code",
        "9341": "de eenheid past niet bij de toewijzing of het contract",
        "9346": "het bedrag is niet volume maal tarief",
        "9347": "de referentie van de aanbieder is al eerder gebruikt",
        "9349": "niet alle lopende toewijzingen staan in het verzoek",
        "9350": "een ongewijzigd product hoort niet bij een lopende toewijzing",
        "9351": "een te wijzigen product hoort niet bij een lopende toewijzing",
        "9355": "het verzoek waarop dit antwoordt is niet bekend",
        "9357": "de gewenste ingangsdatum is niet die van de toewijzing",
        "9359": "op dit verzoek is al een toewijzing gevolgd",
        "9360": "dit verzoek is al in onderzoek genomen",
        "9361": "gevraagde producten overlappen elkaar",
        "9365": "op dit verzoek is al definitief geantwoord",
        "9366": "de prestatie komt in de declaratie niet voor",
        "9367": "de prestatie wijkt af van de ingediende",
        "9369": "het toegewezen budget wordt overschreden",
        "9373": "de ingangsdatum moet die van de toewijzing zijn",
        "9374": "er loopt al een verzoek voor deze client",
        "9375": "een generieke toewijzing heeft geen omvang",
        "9379": "de referentie hoort niet bij een openstaand verzoek",
        "9384": "de toewijzing is verwijderd",
        "9385": "de toewijzing kan niet weg zolang er toegekende prestaties op staan",
        "9387": "de productperiode begint niet op de eerste dag die zij moet hebben",
        "9388": "de productperiode eindigt niet op de laatste dag die zij moet hebben",
        "9389": "deze prestatie is al eerder gedeclareerd en niet gecrediteerd",
        "9390": "deze prestatie is al eerder gecrediteerd",
        "9411": "de omvang ontbreekt bij een specifieke toewijzing",
        "9412": "zonder productcode hoort er geen omvang te zijn",
        "9413": "er is al een tijdelijke stop",
        "9414": "de definitieve stop ligt voor de tijdelijke",
        "9415": "er is al een definitieve stop",
        "S300": "de gemeentecode staat niet op de CBS-lijst",
        "S329": "de productcode staat niet op de lijst of hoort niet bij de categorie",
    }
)


def in_woorden(code: str) -> str:
    """The sentence for a retourcode; for one we do not know, that it is unknown."""
    return TEKSTEN.get(code, "onbekende retourcode")
