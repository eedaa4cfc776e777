"""Dead letters: events a consumer could not handle, set aside with their reason until a person decides.

The row in ``dode_letters`` of the consumer's own database is the truth, written in the transaction that moves its
position on. Whether it is also told to a topic of Kafka, and what becomes of it, follows from that row. What
happens and why stands in ``docs/decisions``.
"""
