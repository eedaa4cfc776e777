"""Pairing, and what waits for a person."""

from deploy.grafana.bord import Bord, Paneel, Rij, Vraag
from deploy.grafana.borden.vragen import PRESTATIES, p95, per, per_uur, stand

MATCHING = Bord(
    "matching",
    "koppelen en uitval",
    (
        Rij(
            "Wat nu aandacht vraagt",
            (
                Paneel("Open uitval", "short", (Vraag(f"sum({stand('happyflow_uitval_open', 'werkdagen')})"),), "stat"),
                Paneel("Oudste uitval", "s", (Vraag(stand("happyflow_uitval_oldest_seconds")),), "stat", 604_800),
                Paneel("Declaraties te laat", "short", (Vraag(stand("happyflow_declaraties_te_laat")),), "stat", 1),
                Paneel(
                    "Vandaag de laatste dag",
                    "short",
                    (Vraag(stand('happyflow_declaraties_onbeantwoord{werkdagen="0"}')),),
                    "stat",
                    1,
                    "Declaraties die vandaag hun antwoord moeten hebben.",
                ),
            ),
            5,
        ),
        Rij(
            "Oordelen",
            (
                Paneel(
                    "Prestaties beoordeeld bij binnenkomst",
                    "cps",
                    (Vraag(per("uitkomst", PRESTATIES + '{aanleiding="binnenkomst"}'), "{{uitkomst}}"),),
                    stapel=True,
                ),
                Paneel(
                    "Vanzelf toegekend",
                    "percentunit",
                    (
                        Vraag(
                            f'sum(increase({PRESTATIES}{{aanleiding="binnenkomst",uitkomst="toegekend"}}[1h]))'
                            f' / sum(increase({PRESTATIES}{{aanleiding="binnenkomst"}}[1h]))'
                        ),
                    ),
                    uitleg="Deel van de prestaties waar niemand naar hoefde te kijken, over een uur.",
                ),
                Paneel(
                    "Waarom niet vanzelf",
                    "short",
                    (
                        Vraag(
                            per_uur(
                                "retourcode, uitkomst", 'happyflow_matching_retourcodes_total{aanleiding="binnenkomst"}'
                            ),
                            "{{retourcode}} {{uitkomst}}",
                        ),
                    ),
                    uitleg="Retourcodes van bevindingen bij binnenkomst, per uur.",
                    stapel=True,
                ),
            ),
        ),
        Rij(
            "Werkbak",
            (
                Paneel(
                    "Open uitval naar ouderdom",
                    "short",
                    (Vraag(stand("happyflow_uitval_open", "werkdagen"), "{{werkdagen}} werkdagen"),),
                    uitleg="Sinds het ontstaan.",
                    stapel=True,
                ),
                Paneel(
                    "Besluiten",
                    "short",
                    (Vraag(per_uur("besluit", "happyflow_matching_besluiten_total"), "{{besluit}}"),),
                    uitleg="Van mensen, per uur.",
                    stapel=True,
                ),
                Paneel(
                    "Alsnog beoordeeld",
                    "short",
                    (
                        Vraag(
                            per_uur("uitkomst", PRESTATIES + '{aanleiding="herbeoordeling"}'),
                            "{{uitkomst}}",
                        ),
                    ),
                    uitleg="Omdat een toewijzing of contract veranderde, per uur.",
                    stapel=True,
                ),
            ),
        ),
        Rij(
            "Antwoorden",
            (
                Paneel(
                    "Onbeantwoorde declaraties naar resterende werkdagen",
                    "short",
                    (Vraag(stand("happyflow_declaraties_onbeantwoord", "werkdagen"), "{{werkdagen}}"),),
                    "bargauge",
                ),
                Paneel(
                    "Onbeantwoorde declaraties",
                    "short",
                    (Vraag(stand("happyflow_declaraties_open", "status"), "{{status}}"),),
                    stapel=True,
                ),
            ),
        ),
        Rij(
            "Snelheid",
            (
                Paneel("Beoordelen van een reeks (95%)", "s", (Vraag(p95("happyflow_matching_seconds")),)),
                Paneel(
                    "Van ontvangst tot oordeel (95%)",
                    "s",
                    (Vraag(p95("happyflow_matching_after_receipt_seconds")),),
                ),
            ),
        ),
    ),
)
