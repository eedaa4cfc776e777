"""What every service shares: settings, database, outbox and bus, auth, metrics, problems, app factory."""
