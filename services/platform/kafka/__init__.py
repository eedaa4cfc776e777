"""The bus over Apache Kafka: a relay publishes each service's outbox, a consumer group per service reads.

Loaded only when ``HAPPYFLOW_KAFKA_BOOTSTRAP`` is set. What happens and why stands in ``docs/decisions``.
"""
