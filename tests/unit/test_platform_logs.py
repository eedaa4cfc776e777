"""What a crash leaves in the log: where it happened, never what was being handled."""

import json
import subprocess
import sys

PROGRAM = """
import structlog
from services.platform import logs

def sla_op(bsn):
    raise ValueError(f"invalid value {bsn}")

logs.configure("INFO")
try:
    sla_op("999900006")
except ValueError as error:
    error.add_note("about 999900006")
    structlog.get_logger().error("unhandled", exc_info=error)
"""


def test_a_logged_exception_shows_its_place_and_no_values() -> None:
    result = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    line = json.loads(result.stderr)
    (exception,) = line["exception"]
    assert (line["event"], exception["exc_type"]) == ("unhandled", "ValueError")
    assert [frame["name"] for frame in exception["frames"]] == ["<module>", "sla_op"]
    assert "999900006" not in result.stderr
