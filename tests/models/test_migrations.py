"""The migrations make what models/ declares, under the names that it gives."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from models import Base
from models.db import engine

#: Only the database reads and writes a lead's seal.
OF_THE_DATABASE_ALONE = [("remove_column", "leads", "seal")]


def test_migrations_make_the_tables_that_are_declared(app):
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)

    found = [(what, table, column.name) for what, _, table, column in differences]
    assert found == OF_THE_DATABASE_ALONE


def test_constraints_are_named_as_they_are_declared(app):
    declared = {
        constraint.name
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
    }
    with engine.connect() as connection:
        made = set(connection.exec_driver_sql("SELECT conname FROM pg_constraint").scalars())

    assert {str(name) for name in declared} - made == set()
