"""Invented names and places; any likeness to a person or an address is chance."""

from typing import Final

VOORNAMEN_MEISJE: Final = (
    "Sanne", "Fleur", "Noor", "Lotte", "Yara", "Zeynep", "Amina", "Eva", "Julia", "Mila", "Roos", "Saar", "Tess",
    "Isa", "Nina", "Femke", "Hanna", "Elin", "Meryem", "Liv", "Puck", "Jasmijn", "Zoë", "Anouk",
)  # fmt: skip
VOORNAMEN_JONGEN: Final = (
    "Daan", "Sem", "Bram", "Mees", "Luuk", "Yusuf", "Mohamed", "Finn", "Thijs", "Jesse", "Milan", "Gijs", "Ties",
    "Stijn", "Ruben", "Jurre", "Noah", "Emre", "Bilal", "Siem", "Teun", "Joris", "René", "Hidde",
)  # fmt: skip
ACHTERNAMEN: Final = (
    ("Achterkamp", None), ("Boom", None), ("Bosscher", None), ("Dijkhuis", None), ("Eshuis", None),
    ("Graaf", "de"), ("Haan", "de"), ("Hof", "van 't"), ("Jansen", None), ("Kuiper", None), ("Leeuwen", "van"),
    ("Lubbers", None), ("Meijerink", None), ("Nijboer", None), ("Oosterhuis", None), ("Pol", "van der"),
    ("Rietveld", None), ("Smit", None), ("Timmerman", None), ("Veen", "van der"), ("Visscher", None),
    ("Weide", "ter"), ("Westerhof", None), ("Yılmaz", None), ("Zandbergen", None), ("Öztürk", None),
    ("Bouazza", "el"), ("Kok", None), ("Brink", "ten"), ("Hagedoorn & Zn", None),
)  # fmt: skip
STRATEN: Final = (
    "Akkerweg", "Beukenlaan", "Dorpsstraat", "Esweg", "Groene Steeg", "Hessenweg", "IJsseldijk", "Kerkpad",
    "Lindelaan", "Molenweg", "Nieuwe Markt", "Overweg", "Prins Mauritslaan", "Spoordijk", "Vechtstraat", "Wilgenhof",
)  # fmt: skip
TALEN: Final = ("Arabisch", "Engels", "Oekraïens", "Pools", "Tigrinya", "Turks", "Nederlandse gebarentaal")
LETTERS: Final = "ABCDEFGHJKLMNPRSTVWXZ"
