"""SQL of the invoice service: taking in (``indienen``), verdicts (``verdicten``), showing (``inzien``)."""
