"""What was set aside and what is used of it."""

from deploy.grafana.bord import Bord, Paneel, Rij, Vraag
from deploy.grafana.borden.vragen import SAMEN, stand

BUDGETTEN = Bord(
    "budgets",
    "budgetten",
    (
        Rij(
            "Dit jaar, alle gemeenten samen (in duizenden euro's nauwkeurig)",
            tuple(
                Paneel(titel, "currencyEUR", (Vraag(stand(f'happyflow_budget_euros{{deel="{deel}"}}')),), "stat")
                for titel, deel in (
                    ("Begroot", "begroot"),
                    ("Verplicht", "verplicht"),
                    ("Toegekend", "toegekend"),
                    ("In uitval", "inUitval"),
                )
            ),
            5,
        ),
        Rij(
            "Of het klopt",
            (
                Paneel(
                    "Verschil in het grootboek",
                    "short",
                    (Vraag(stand("happyflow_grootboek_imbalance_cents")),),
                    "stat",
                    1,
                    "In centen; dit is altijd nul.",
                ),
                Paneel(
                    "Gemeenten zonder begroting",
                    "short",
                    (Vraag(stand("happyflow_gemeenten_zonder_begroting")),),
                    "stat",
                    1,
                ),
            ),
            5,
        ),
        Rij(
            "Gebruik per gemeente",
            (
                Paneel(
                    "Verplicht en toegekend",
                    "percentunit",
                    (Vraag(SAMEN, "{{gemeente}}"),),
                    "bargauge",
                    0.95,
                    "Deel van de begroting, in hele procenten.",
                ),
                Paneel(
                    "Toegekend",
                    "percentunit",
                    (Vraag(stand('happyflow_budget_used_ratio{deel="toegekend"}', "gemeente"), "{{gemeente}}"),),
                    "bargauge",
                    0.95,
                ),
                Paneel(
                    "In uitval",
                    "percentunit",
                    (Vraag(stand('happyflow_budget_used_ratio{deel="inUitval"}', "gemeente"), "{{gemeente}}"),),
                    "bargauge",
                ),
            ),
            20,
        ),
        Rij(
            "Verloop",
            (
                Paneel(
                    "Begroot en gebruikt", "currencyEUR", (Vraag(stand("happyflow_budget_euros", "deel"), "{{deel}}"),)
                ),
                Paneel(
                    "Gebruik per gemeente",
                    "percentunit",
                    (Vraag(SAMEN, "{{gemeente}}"),),
                    grens=0.95,
                ),
            ),
        ),
    ),
)
