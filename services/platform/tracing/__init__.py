"""Traces: which piece of work led to which, from a request through outbox and bus to what comes of it.

Every piece of work has a span, so that its log lines and events carry the ids of its trace. Only when a collector
is named (``export``) are spans recorded and sent too; until then a span is two ids and nothing else. A piece of work
is a request, the delivery of a batch or the turn of a periodic task: there is no span for a prestatie, an event or a
query. What a span says is bounded: templates, topics, counts and names of errors, never anything of a message.

This package itself loads nothing, since logs and worker processes have only ``spans`` to do with.
"""
