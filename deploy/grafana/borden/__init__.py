"""The dashboards. ``python -m deploy.grafana.maak`` writes the files after a change."""

from deploy.grafana.borden.beheer import BEHEER
from deploy.grafana.borden.budgetten import BUDGETTEN
from deploy.grafana.borden.matching import MATCHING

BORDEN = (BEHEER, MATCHING, BUDGETTEN)
