"""Whether the services of a container are ready: exit 0 when each one that is here says so. For HEALTHCHECK.

Without the packages of Happyflow, which take longer to load than the answer takes to come:
``python -I -S gezond.py [SERVICE...]``.
"""

import http.client
import os
import sys

SERVICES = ("allocation", "invoice", "matching", "ledger")
SECONDS = 5.0
NOT_HERE = 404


def status(service: str, port: int) -> int:
    """What the service answers to whether it is ready; raises ``OSError`` or ``HTTPException`` without an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", f"/{service}/health/ready")
        return connection.getresponse().status
    finally:
        connection.close()


def main(services: list[str]) -> int:
    """Without names: whichever of the four are in this container."""
    port = int(os.environ.get("HAPPYFLOW_PORT", "8080"))
    try:
        found = [code for name in services or SERVICES if (code := status(name, port)) != NOT_HERE or services]
    except (OSError, http.client.HTTPException) as error:
        sys.stderr.write(f"geen antwoord: {type(error).__name__}\n")
        return 1
    return 0 if found and all(code == http.client.OK for code in found) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
