"""A real Apache Kafka on this machine, from Maven and Java alone: for developing, and for the tests."""
