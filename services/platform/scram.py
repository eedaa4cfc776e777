"""What PostgreSQL keeps of a password (SCRAM-SHA-256, RFC 5802), computed here so that the password itself stays here.

A server may log the statement that sets a password.
"""

import base64
import hashlib
import hmac
import secrets

_ITERATIONS = 4096
"""As PostgreSQL itself; the passwords are random, so more would only slow every connection down."""


def verifier(password: str, salt: bytes | None = None) -> str:
    """As in ``pg_authid.rolpassword``. ``password`` is printable ASCII, which normalisation leaves as it is."""
    salt = salt or secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, _ITERATIONS)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    parts = (base64.b64encode(part).decode() for part in (hashlib.sha256(client_key).digest(), server_key))
    return f"SCRAM-SHA-256${_ITERATIONS}:{base64.b64encode(salt).decode()}${':'.join(parts)}"


def set_password_sql(role: str, password: str) -> str:
    """The statement that gives a role this password; neither a role of ours nor a verifier holds a quote."""
    return f"""ALTER ROLE "{role}" PASSWORD '{verifier(password)}'"""
