"""What an operator looks at."""

from deploy.grafana.bord import Bord, Paneel, Rij, Vraag
from deploy.grafana.borden.vragen import FOUT, RANGE, VERZOEKEN, p95, per, per_uur, stand

TE_LAAT = 'happyflow_termijnen{status="teLaat"}'
BIJNA = 'happyflow_termijnen{status="bijna"}'

BEHEER = Bord(
    "operations",
    "beheer",
    (
        Rij(
            "Hoe het ervoor staat",
            (
                Paneel(
                    "Oudste gebeurtenis die wacht",
                    "s",
                    (Vraag(stand("happyflow_outbox_oldest_unhandled_seconds")),),
                    "stat",
                    300,
                    "Zo ver loopt de traagste lezer achter.",
                ),
                Paneel(
                    "Gebeurtenissen opzijgezet",
                    "short",
                    (Vraag(f"sum({stand('happyflow_dead_letters', 'service')})"),),
                    "stat",
                    1,
                ),
                Paneel(
                    "Aanvragen die mislukken",
                    "percentunit",
                    (Vraag(f"sum(rate({FOUT}{RANGE})) / sum(rate({VERZOEKEN}{RANGE}))"),),
                    "stat",
                    0.01,
                    "Antwoorden met status 5xx, als deel van alle.",
                ),
                Paneel(
                    "Verschil in het grootboek",
                    "short",
                    (Vraag(stand("happyflow_grootboek_imbalance_cents")),),
                    "stat",
                    1,
                    "In centen; dit is altijd nul.",
                ),
            ),
            5,
        ),
        Rij(
            "Aanvragen",
            (
                Paneel("Aanvragen per dienst", "reqps", (Vraag(per("service", VERZOEKEN), "{{service}}"),)),
                Paneel("Mislukte aanvragen per adres", "reqps", (Vraag(per("service, route", FOUT), "{{route}}"),)),
                Paneel(
                    "Duur van aanvragen (95%)",
                    "s",
                    (Vraag(p95("happyflow_http_request_seconds", "service"), "{{service}}"),),
                ),
            ),
        ),
        Rij(
            "Berichten",
            (
                Paneel(
                    "Berichten die binnenkomen",
                    "short",
                    (Vraag(per_uur("berichtsoort", 'happyflow_berichten_total{richting="in"}'), "{{berichtsoort}}"),),
                    uitleg="Per uur.",
                    stapel=True,
                ),
                Paneel(
                    "Afgekeurde berichten",
                    "short",
                    (
                        Vraag(
                            per_uur("berichtsoort", 'happyflow_berichten_total{richting="in",status="afgekeurd"}'),
                            "{{berichtsoort}}",
                        ),
                    ),
                    uitleg="Per uur.",
                    stapel=True,
                ),
                Paneel(
                    "Retourcodes op wat binnenkomt",
                    "short",
                    (
                        Vraag(
                            per_uur("retourcode", 'happyflow_berichten_retourcodes_total{richting="in"}'),
                            "{{retourcode}}",
                        ),
                    ),
                    uitleg="Per uur.",
                    stapel=True,
                ),
            ),
        ),
        Rij(
            "Gebeurtenissen tussen diensten",
            (
                Paneel(
                    "Wachtende gebeurtenissen",
                    "short",
                    (Vraag(stand("happyflow_bus_lag_events", "service", "topic"), "{{service}} {{topic}}"),),
                ),
                Paneel(
                    "Achterstand",
                    "s",
                    (
                        Vraag(
                            stand("happyflow_outbox_oldest_unhandled_seconds", "service", "topic"),
                            "{{service}} {{topic}}",
                        ),
                    ),
                    grens=300,
                ),
                Paneel(
                    "Verwerkt",
                    "cps",
                    (Vraag(per("service, topic", "happyflow_events_handled_total"), "{{service}} {{topic}}"),),
                ),
                Paneel(
                    "Duur van een reeks (95%)",
                    "s",
                    (Vraag(p95("happyflow_bus_batch_seconds", "service", "topic"), "{{service}} {{topic}}"),),
                ),
            ),
        ),
        Rij(
            "Opzijgezette gebeurtenissen",
            (
                Paneel(
                    "Opzijgezet",
                    "short",
                    (Vraag(stand("happyflow_dead_letters", "service"), "{{service}}"),),
                    grens=1,
                    uitleg="Wat wacht op een mens: happyflow dlq list.",
                ),
                Paneel(
                    "Opnieuw verwerkt",
                    "short",
                    (
                        Vraag(
                            per_uur("service, uitkomst", "happyflow_dead_letters_replayed_total"),
                            "{{service}} {{uitkomst}}",
                        ),
                    ),
                    uitleg="Per uur, wat iemand vroeg en hoe het afliep.",
                ),
            ),
        ),
        Rij(
            "Kafka (alleen waar die is ingesteld)",
            (
                Paneel(
                    "Nog niet gepubliceerd",
                    "short",
                    (Vraag(stand("happyflow_outbox_unpublished_events", "service", "topic"), "{{service}} {{topic}}"),),
                ),
                Paneel(
                    "Gepubliceerd",
                    "cps",
                    (Vraag(per("service, topic", "happyflow_events_published_total"), "{{service}} {{topic}}"),),
                ),
                Paneel(
                    "Oudste dat niet gepubliceerd is",
                    "s",
                    (
                        Vraag(
                            stand("happyflow_outbox_oldest_unpublished_seconds", "service", "topic"),
                            "{{service}} {{topic}}",
                        ),
                    ),
                    grens=300,
                ),
                Paneel(
                    "Aangevuld uit de outbox",
                    "short",
                    (
                        Vraag(
                            "sum by (service, topic) (increase(happyflow_bus_gaps_total[10m]))", "{{service}} {{topic}}"
                        ),
                    ),
                    grens=1,
                    uitleg="Per tien minuten: Kafka miste gebeurtenissen.",
                ),
            ),
        ),
        Rij(
            "Kafka als het hapert",
            (
                Paneel(
                    "Partities die op gebeurtenissen wachten",
                    "short",
                    (Vraag(stand("happyflow_bus_gaps_open", "service", "topic"), "{{service}} {{topic}}"),),
                    grens=1,
                    uitleg="Kafka mist gebeurtenissen; even is gewoon na verlies, blijvend kent de outbox ze ook niet.",
                ),
                Paneel(
                    "Nieuwe verbindingen na een storing",
                    "short",
                    (
                        Vraag("sum by (service) (increase(happyflow_bus_restarts_total[10m]))", "{{service}}"),
                        Vraag(
                            "sum by (service) (increase(happyflow_kafka_send_timeouts_total[10m]))",
                            "{{service}} niet op tijd opgeslagen",
                        ),
                    ),
                    grens=1,
                    uitleg="Per tien minuten.",
                ),
                Paneel(
                    "Waarom Kafka niet werkt",
                    "short",
                    (
                        Vraag(
                            "sum by (service, reason) (increase(happyflow_kafka_failures_total[10m]))",
                            "{{service}} {{reason}}",
                        ),
                    ),
                    grens=1,
                    uitleg="Per tien minuten; de redenen staan in beheer.md.",
                ),
                Paneel(
                    "Gemaakte verbindingen",
                    "short",
                    (
                        Vraag(
                            "sum by (service, kind) (increase(happyflow_kafka_clients_total[10m]))",
                            "{{service}} {{kind}}",
                        ),
                    ),
                    uitleg="Producers en consumers, per tien minuten; bij een start zijn er twee.",
                ),
            ),
        ),
        Rij(
            "Database en taken",
            (
                Paneel(
                    "Verbindingen in gebruik",
                    "percentunit",
                    (
                        Vraag(
                            "max by (service)"
                            " (happyflow_database_connections_in_use / happyflow_database_connections_max)",
                            "{{service}}",
                        ),
                    ),
                    grens=1,
                    uitleg="Deel van de verbindingen dat is uitgegeven.",
                ),
                Paneel(
                    "Vergeefs gewacht op een verbinding",
                    "short",
                    (
                        Vraag(
                            "sum by (service) (increase(happyflow_database_pool_exhausted_total[10m]))", "{{service}}"
                        ),
                    ),
                    grens=1,
                    uitleg="Per tien minuten.",
                ),
                Paneel(
                    "Taken die stilstaan",
                    "short",
                    (
                        Vraag(
                            "(time() - happyflow_task_last_success_timestamp_seconds)"
                            " / happyflow_task_interval_seconds",
                            "{{service}} {{task}}",
                        ),
                    ),
                    grens=3,
                    uitleg="Beurten geleden dat een taak voor het laatst lukte, of begon.",
                ),
            ),
        ),
        Rij(
            "Termijnen",
            (
                Paneel(
                    "Te laat",
                    "short",
                    (Vraag(f"sum by (soort) ({stand(TE_LAAT, 'service', 'soort')})", "{{soort}}"),),
                    "bargauge",
                    1,
                ),
                Paneel(
                    "Bijna te laat",
                    "short",
                    (Vraag(f"sum by (soort) ({stand(BIJNA, 'service', 'soort')})", "{{soort}}"),),
                    "bargauge",
                ),
            ),
        ),
    ),
)
