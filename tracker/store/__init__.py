"""Tables, queries, engine, search: SQLAlchemy, and no Flask."""
