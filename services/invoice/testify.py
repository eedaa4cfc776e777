"""What invoice knows of matching's verdicts: what it was told, and so what providers were answered."""

from services.platform.database import Connection

_VERDICTEN = """
CREATE TEMPORARY TABLE getuigd_verdicten AS
SELECT declaratie_id, volgnummer, v.uitkomst, v.retourcodes, v.client_retourcodes, v.besluit_op, u.sinds
FROM invoice.verdicten v FULL JOIN invoice.uitval u USING (declaratie_id, volgnummer)
"""


async def testify(connection: Connection) -> None:
    """``getuigd_verdicten``: a row per prestatie with a verdict (``uitkomst`` null: none yet) or once in uitval."""
    await connection.execute(_VERDICTEN)
    await connection.execute("CREATE UNIQUE INDEX ON getuigd_verdicten (declaratie_id, volgnummer)")
    await connection.execute("ANALYZE getuigd_verdicten")
