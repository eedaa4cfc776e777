"""SQL of matching: facts are read and verdicts written in bulk, a handful of statements per batch.

Rows are found by arrays of keys through ``CROSS JOIN LATERAL (... OFFSET 0)``: that always is an index
look-up per key, also right after a table has grown, when the planner knows nothing of its size yet.
"""
