from django.db import connection


def plan_of(sql):
    """How the database goes about it, as it would where there is much."""
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan TO off" if connection.vendor == "postgresql" else "SELECT 1")
        cursor.execute(("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ") + sql)
        return " ".join(str(step) for step in cursor.fetchall())
