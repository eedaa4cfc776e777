"""The simple types of the basisschema as annotated Python types.

Each alias behaves as its Python type and keeps the name of the XSD type as metadata, so that the codec and
the tests can read from a class what each field may hold. The facets themselves stand in the schemas.
"""

import datetime
from typing import Annotated, TypeAlias

LDT_AanduidingWoonadres: TypeAlias = Annotated[str, "LDT_AanduidingWoonadres"]  # AB, BY, TO, WW
LDT_AdresSoort: TypeAlias = Annotated[str, "LDT_AdresSoort"]  # 01 to 04
LDT_AgbCode: TypeAlias = Annotated[str, "LDT_AgbCode"]  # eight digits
LDT_Bedrag: TypeAlias = Annotated[int, "LDT_Bedrag"]  # eurocents, 0 to 99999999
LDT_BerichtCode: TypeAlias = Annotated[str, "LDT_BerichtCode"]  # three digits, fixed per message
LDT_BerichtSubversie: TypeAlias = Annotated[int, "LDT_BerichtSubversie"]  # 2
LDT_BerichtVersie: TypeAlias = Annotated[int, "LDT_BerichtVersie"]  # 3
LDT_Budget: TypeAlias = Annotated[int, "LDT_Budget"]  # eurocents, 0 to 99999999
LDT_BurgerServicenummer: TypeAlias = Annotated[str, "LDT_BurgerServicenummer"]  # nine digits
LDT_Commentaar: TypeAlias = Annotated[str, "LDT_Commentaar"]  # text, no maximum length
LDT_Communicatievorm: TypeAlias = Annotated[str, "LDT_Communicatievorm"]  # 1, 2, 3
LDT_Datum: TypeAlias = Annotated[datetime.date, "LDT_Datum"]  # a day without time zone
LDT_DatumGebruik: TypeAlias = Annotated[str, "LDT_DatumGebruik"]  # 1, 2, 3
LDT_DebetCredit: TypeAlias = Annotated[str, "LDT_DebetCredit"]  # D or C
LDT_Eenheid: TypeAlias = Annotated[str, "LDT_Eenheid"]  # 01, 04, 14, 16, 82, 83, 84
LDT_Emailadres: TypeAlias = Annotated[str, "LDT_Emailadres"]  # one line of 1 to 80 characters
LDT_Frequentie: TypeAlias = Annotated[str, "LDT_Frequentie"]  # 1 dag, 2 week, 4 maand, 6 totaal
LDT_Gemeente: TypeAlias = Annotated[str, "LDT_Gemeente"]  # CBS code, four digits
LDT_Geslacht: TypeAlias = Annotated[str, "LDT_Geslacht"]  # 0, 1, 2
LDT_Huisletter: TypeAlias = Annotated[str, "LDT_Huisletter"]  # one visible character
LDT_Huisnummer: TypeAlias = Annotated[int, "LDT_Huisnummer"]  # 0 to 99999
LDT_HuisnummerToevoeging: TypeAlias = Annotated[str, "LDT_HuisnummerToevoeging"]  # 1 to 4 characters
LDT_IdentificatieBericht: TypeAlias = Annotated[str, "LDT_IdentificatieBericht"]  # 1 to 12 characters
LDT_IdentificatieDeclaratie: TypeAlias = Annotated[str, "LDT_IdentificatieDeclaratie"]  # 1 to 12 characters
LDT_JaNee: TypeAlias = Annotated[str, "LDT_JaNee"]  # 1 ja, 2 nee
LDT_JuridischeStatus: TypeAlias = Annotated[str, "LDT_JuridischeStatus"]  # 01 to 05, 11, 12
LDT_LandCode: TypeAlias = Annotated[str, "LDT_LandCode"]  # ISO 3166-1, two letters
LDT_Landnummer: TypeAlias = Annotated[str, "LDT_Landnummer"]  # 1 to 4 characters
LDT_Naam: TypeAlias = Annotated[str, "LDT_Naam"]  # one line of 1 to 200 characters
LDT_NaamGebruik: TypeAlias = Annotated[str, "LDT_NaamGebruik"]  # 1 to 6
LDT_NaamVerwijzer: TypeAlias = Annotated[str, "LDT_NaamVerwijzer"]  # one line of 1 to 64 characters
LDT_Nummer: TypeAlias = Annotated[int, "LDT_Nummer"]  # 0 to 999999999
LDT_Organisatienaam: TypeAlias = Annotated[str, "LDT_Organisatienaam"]  # one line of 1 to 35 characters
LDT_Persoonsid: TypeAlias = Annotated[str, "LDT_Persoonsid"]  # one line of 1 to 20 characters
LDT_Plaatsnaam: TypeAlias = Annotated[str, "LDT_Plaatsnaam"]  # one line of 1 to 80 characters
LDT_Postcode: TypeAlias = Annotated[str, "LDT_Postcode"]  # 1 to 8 characters
LDT_ProductCategorie: TypeAlias = Annotated[str, "LDT_ProductCategorie"]  # 31 to 38, 40 to 55
LDT_ProductCode: TypeAlias = Annotated[str, "LDT_ProductCode"]  # 1 to 5 characters
LDT_RedenAfwijzingVerzoek: TypeAlias = Annotated[str, "LDT_RedenAfwijzingVerzoek"]  # 1 to 9
LDT_RedenBeeindiging: TypeAlias = Annotated[str, "LDT_RedenBeeindiging"]  # 02, 20, 31 to 39
LDT_RedenVerzoek: TypeAlias = Annotated[str, "LDT_RedenVerzoek"]  # 1, 2
LDT_RedenWijziging: TypeAlias = Annotated[str, "LDT_RedenWijziging"]  # 01 to 14
LDT_Referentie: TypeAlias = Annotated[str, "LDT_Referentie"]  # one line of 1 to 36 characters
LDT_ReferentieNummer: TypeAlias = Annotated[str, "LDT_ReferentieNummer"]  # 1 to 20, white space too
LDT_RelatieVolgorde: TypeAlias = Annotated[int, "LDT_RelatieVolgorde"]  # 0 to 99
LDT_RetourCode: TypeAlias = Annotated[str, "LDT_RetourCode"]  # a code of the list, such as 0200
LDT_SoortRelatie: TypeAlias = Annotated[str, "LDT_SoortRelatie"]  # 03 to 25
LDT_StatusAanlevering: TypeAlias = Annotated[str, "LDT_StatusAanlevering"]  # 1, 2, 3, 9
LDT_Straatnaam: TypeAlias = Annotated[str, "LDT_Straatnaam"]  # one line of 1 to 24 characters
LDT_Taal: TypeAlias = Annotated[str, "LDT_Taal"]  # one line of 1 to 25 characters
LDT_Telefoonnummer: TypeAlias = Annotated[str, "LDT_Telefoonnummer"]  # 1 to 15 digits
LDT_Tijd: TypeAlias = Annotated[str, "LDT_Tijd"]  # as sent: hh:mm:ss, any fraction, 24:00:00 too
LDT_TotaalBedrag: TypeAlias = Annotated[int, "LDT_TotaalBedrag"]  # eurocents, 0 to 999999999999
LDT_TypeVerwijzer: TypeAlias = Annotated[str, "LDT_TypeVerwijzer"]  # 01 to 06, 08
LDT_Versie: TypeAlias = Annotated[str, "LDT_Versie"]  # such as 1.0.2
LDT_VerzoekAntwoord: TypeAlias = Annotated[str, "LDT_VerzoekAntwoord"]  # 1 afgewezen, 2 in onderzoek
LDT_Volume: TypeAlias = Annotated[int, "LDT_Volume"]  # 0 to 99999999
LDT_Voorletters: TypeAlias = Annotated[str, "LDT_Voorletters"]  # 1 to 6 letters
LDT_Voorvoegsel: TypeAlias = Annotated[str, "LDT_Voorvoegsel"]  # one line of 1 to 10 characters
LDT_WettelijkeVertegenwoordiging: TypeAlias = Annotated[str, "LDT_WettelijkeVertegenwoordiging"]  # 06 to 10

RetourCodes: TypeAlias = tuple[LDT_RetourCode, ...]  # the element RetourCodes; empty when it is absent
