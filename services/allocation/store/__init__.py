"""SQL of the allocation service: ``berichten`` beside the platform's tables, ``register``, ``lezen`` for the API."""
