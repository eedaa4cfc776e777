"""Dutch words for libxml2's texts: from any XSD, and nothing of a text that is not understood."""

from ijw.uitleg_teksten import schemafout


def test_officiele_vorm_van_patronen_krijgt_dezelfde_woorden():
    """A folder with the official XSDs has other patterns for the same languages."""
    for patroon, woorden in {
        r".*[^\s].*": "ten minste één zichtbaar teken, op één regel",
        r"([.\s]*\S+[.\s]*)+": "ten minste één zichtbaar teken",
        "[^Z+-]+": "een tijd zonder tijdzone, zoals 12:34:56",
        "([a-zA-ZÀ-ỳ])+": "alleen letters, zonder punten of spaties",
        "[0-9]{4}": "precies 4 cijfers",
        "[A-Z]{2}": "een waarde volgens het patroon [A-Z]{2}",
    }.items():
        tekst = f"Element 'X': [facet 'pattern'] The value 'geheim' is not accepted by the pattern '{patroon}'."
        assert schemafout("SCHEMAV_CVC_PATTERN_VALID", tekst, "X") == f"X: verwacht {woorden}."


def test_onbekende_tekst_van_de_parser_wordt_niet_doorgegeven():
    for soort in ["SCHEMAV_CVC_PATTERN_VALID", "SCHEMAV_CVC_ENUMERATION_VALID", "SCHEMAV_IETS_NIEUWS"]:
        for tekst in ["geheim", "pattern 'geheim", "set {'geheim'", "pattern 'geheim'. set {'geheim'}. En meer"]:
            assert schemafout(soort, f"Element 'X': {tekst}", "X") == "X: voldoet niet aan het schema."
    afgebroken = "Element 'X': The value '" + "geheim pattern 'geheim'." * 3000
    assert schemafout("SCHEMAV_CVC_PATTERN_VALID", afgebroken, "X") == "X: voldoet niet aan het schema."
