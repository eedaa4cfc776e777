"""Alembic's environment for every service: the caller hands over an open connection on the right schema."""

from alembic import context

from services.platform.migrations import include_object

_attributes = context.config.attributes

context.configure(
    connection=_attributes["connection"],
    target_metadata=_attributes["metadata"],
    version_table_schema=_attributes["schema"],
    include_object=include_object,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
