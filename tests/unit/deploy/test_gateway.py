"""The gateway: the product's own limits and answers, nothing of anybody in its log. With a real nginx where it is."""

import json
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.cli.proces import free_port
from services.platform.body import too_large
from services.platform.edge import HEADERS
from services.platform.problems import CONTENT_TYPE, TYPE_BASE, Problem, not_found, overloaded
from services.platform.settings import ROOT, SERVICES, Settings
from services.platform.workers import _WAIT_SECONDS
from tests.unit.deploy import compose
from tests.unit.deploy.kustomize import FOLDER, OVERLAYS, build

GATEWAY = ROOT / "deploy" / "gateway"
NGINX = (GATEWAY / "nginx.conf").read_text(encoding="utf-8")
PATIENCE_SECONDS = 60.0


def directive(name: str) -> str:
    """What stands behind a directive that is there once."""
    (value,) = re.findall(rf"^\s*{name} ([^;]+);", NGINX, re.MULTILINE)
    return str(value)


def test_a_message_may_be_as_large_as_the_product_says() -> None:
    assert compose.number_of_bytes(directive("client_max_body_size")) == Settings().max_body_bytes
    for overlay in OVERLAYS:
        annotations = build(FOLDER / "overlays" / overlay).of("Ingress")["gateway"]["metadata"]["annotations"]
        size = annotations["nginx.ingress.kubernetes.io/proxy-body-size"]
        assert compose.number_of_bytes(size) == Settings().max_body_bytes
        waits = int(annotations["nginx.ingress.kubernetes.io/proxy-read-timeout"])
        assert waits > compose.seconds(directive("proxy_read_timeout"))


def test_an_answer_may_take_as_long_as_the_product_does() -> None:
    assert compose.seconds(directive("proxy_read_timeout")) > _WAIT_SECONDS + Settings().worker_timeout_seconds


def test_its_own_answers_have_the_product_s_headers() -> None:
    text = (GATEWAY / "koppen.conf").read_text(encoding="utf-8")
    found = {
        name: value.strip('"') for name, value in re.findall(r'^add_header (\S+) ("[^"]*"|\S+) always;', text, re.M)
    }
    assert found == HEADERS
    assert f"default_type {CONTENT_TYPE};" in text


def test_its_own_answers_are_problems_of_the_product() -> None:
    bodies = {int(status): json.loads(body) for status, body in re.findall(r"return (\d+) '([^']+)';", NGINX)}
    assert {body["status"] for body in bodies.values()} == set(bodies)
    assert bodies[413]["type"] == TYPE_BASE + too_large(1).soort
    assert bodies[413]["title"] == too_large(1).titel
    assert bodies[404] == not_found("Adres").body()
    busy = overloaded("x")
    assert (bodies[503]["type"], bodies[503]["title"]) == (TYPE_BASE + busy.soort, busy.titel)
    assert f"add_header Retry-After {busy.headers['Retry-After']} always;" in NGINX
    assert bodies[400]["type"] == TYPE_BASE + Problem(400, "ongeldig", "x").soort


def test_nothing_of_anybody_is_written_down() -> None:
    (log,) = re.findall(r"log_format (\w+) escape=json\n((?:\s+'.*\n?)+)", NGINX)
    used = set(re.findall(r"\$(\w+)", log[1]))
    personal = {
        "remote_addr",
        "remote_user",
        "request",
        "request_uri",
        "uri",
        "args",
        "http_referer",
        "http_user_agent",
    }
    assert not used & (personal | {"document_uri", "query_string", "http_authorization", "cookie_token", "host"})
    assert all(word in {"access_log /dev/stdout zonder_gegevens", "access_log off"} for word in
               re.findall(r"access_log [^;]+", NGINX))  # fmt: skip
    assert directive("error_log") == "/dev/stderr crit"
    assert directive("proxy_request_buffering") == "off"
    assert directive("proxy_max_temp_file_size") == "0"


def test_it_knows_the_services_and_their_namespace() -> None:
    assert len(re.findall(rf"\(\?(?:<\w+>|:){re.escape('|'.join(SERVICES))}\)", NGINX)) == 3
    text = (GATEWAY / "kubernetes" / "omgeving.conf").read_text(encoding="utf-8")
    for overlay in OVERLAYS:
        (namespace,) = build(FOLDER / "overlays" / overlay).of("Namespace")
        assert f'".{namespace}.svc.cluster.local"' in text


# --- a real one


class Dienst(BaseHTTPRequestHandler):
    """A service behind the gateway: says what it got, or is as busy as its path says."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.endswith("/druk"):
            self._answer(503, {"service": "druk"}, **{"Retry-After": "7"})
        else:
            self._answer(200, {"path": self.path, "headers": dict(self.headers)})

    do_GEHEIM = do_GET  # noqa: N815 — so it is found by the method of a request

    def do_POST(self) -> None:
        size = len(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(202, {"size": size})

    def _answer(self, status: int, body: dict[str, Any], **headers: str) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_request(self, *args: object) -> None:
        """Nothing."""


def answer_names(server: socket.socket) -> None:
    """A name server that knows the services but ledger; each is on this machine. Until the socket is closed."""
    while True:
        try:
            question, asker = server.recvfrom(512)
        except OSError:
            return
        name = question[13 : 13 + question[12]].decode()
        end = question.index(b"\0", 12) + 5
        known = name in SERVICES and name != "ledger"
        head = question[:2] + (b"\x81\x80" if known else b"\x81\x83") + b"\0\1" + (b"\0\1" if known else b"\0\0")
        answer = b"\xc0\x0c\0\1\0\1\0\0\0\5\0\4" + socket.inet_aton("127.0.0.1") if known else b""
        server.sendto(head + b"\0\0\0\0" + question[12:end] + answer, asker)


@contextmanager
def running(folder: Path) -> Iterator[tuple[httpx.Client, Path]]:
    """A real nginx with our configuration, but for ports and the address of the name server; and its log."""
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind(("127.0.0.1", 0))
    service = ThreadingHTTPServer(("127.0.0.1", 0), Dienst)
    threads = [
        threading.Thread(target=answer_names, args=[names], daemon=True),
        threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True),
    ]
    for thread in threads:
        thread.start()
    port, log = free_port(), folder / "log"
    text = NGINX.replace("$achtervoegsel:8080", f"$achtervoegsel:{service.server_port}")
    text = text.replace("listen 8081", f"listen 127.0.0.1:{free_port()}").replace("/tmp/", f"{folder}/")
    (folder / "nginx.conf").write_text(text.replace("/dev/stdout", str(log)))
    (folder / "koppen.conf").write_text((GATEWAY / "koppen.conf").read_text())
    place = (GATEWAY / "compose" / "omgeving.conf").read_text()
    (folder / "omgeving.conf").write_text(place.replace("127.0.0.11", f"127.0.0.1:{names.getsockname()[1]}"))
    (folder / "luister.conf").write_text(f"listen 127.0.0.1:{port};\n")
    process = subprocess.Popen(
        ["nginx", "-c", folder / "nginx.conf", "-g", "daemon off; user root;"], stderr=subprocess.PIPE, text=True
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS) as client:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not _listens(client):
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield client, log
    finally:
        process.terminate()
        process.communicate()
        service.shutdown()
        service.server_close()
        names.close()


def _listens(client: httpx.Client) -> bool:
    try:
        return client.get("/").status_code == 303
    except httpx.HTTPError:
        return False


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[tuple[httpx.Client, Path]]:
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not on the path")
    with running(tmp_path) as found:
        yield found


def test_a_request_passes_as_it_came(gateway: tuple[httpx.Client, Path]) -> None:
    client, _ = gateway
    raw = "/allocation/v1/toewijzingen/0193/7%2F1?actueelOp=2026-05-06"
    seen = client.get(raw, headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.9.8.7", "traceparent": "00-x"})
    got = seen.json()
    assert got["path"] == raw
    assert got["headers"]["Host"] == client.base_url.netloc.decode()
    assert got["headers"]["X-Forwarded-Proto"] == "https"
    assert got["headers"]["traceparent"] == "00-x"
    assert "X-Forwarded-For" not in got["headers"]
    assert client.get("/matching/x").json()["headers"]["X-Forwarded-Proto"] == "http"
    busy = client.get("/invoice/v1/druk")
    assert (busy.status_code, busy.headers["retry-after"], busy.json()) == (503, "7", {"service": "druk"})


def test_a_body_passes_up_to_the_limit(gateway: tuple[httpx.Client, Path]) -> None:
    client, _ = gateway
    limit = Settings().max_body_bytes
    assert client.post("/invoice/v1/declaraties", content=bytes(limit)).json() == {"size": limit}
    for size in (limit + 1, 26 * 1024 * 1024):
        refused = client.post("/invoice/v1/declaraties", content=bytes(size))
        assert (refused.status_code, refused.headers["content-type"]) == (413, CONTENT_TYPE)
        assert refused.json()["type"] == TYPE_BASE + "te-groot"
        assert {name: refused.headers.get(name) for name in HEADERS} == HEADERS


def test_what_is_not_there_or_not_for_outside_is_a_problem(gateway: tuple[httpx.Client, Path]) -> None:
    client, _ = gateway
    outside = ["/onzin", "/allocationx/v1", "/favicon.ico", "/allocation/../x"]
    inside = [
        "/matching/metrics",
        "/matching/health/ready",
        "/matching//metrics",
        "/matching/%6detrics",
        "/matching/metrics/",
    ]
    for path in outside + inside:
        refused = client.get(path)
        assert (refused.status_code, refused.json()) == (404, not_found("Adres").body()), path
    gone = client.get("/ledger/v1/x")
    assert (gone.status_code, gone.headers["retry-after"], gone.headers["content-type"]) == (503, "5", CONTENT_TYPE)
    assert gone.json()["type"] == TYPE_BASE + "overbelast"
    home = client.get("/")
    assert (home.status_code, home.headers["location"]) == (303, "/matching/werkbak")


def test_its_log_says_what_happened_and_not_to_whom(gateway: tuple[httpx.Client, Path]) -> None:
    client, log = gateway
    client.request(
        "GEHEIM", "/allocation/v1/toewijzingen/0193/999900006?bsn=999900006", headers={"Referer": "999900006"}
    )
    client.request("BSN999900006", "/allocation/v1")
    client.get("/999900006")
    client.post("/invoice/v1/999900006", content=bytes(26 * 1024 * 1024), headers={"User-Agent": "999900006"})
    deadline = time.monotonic() + PATIENCE_SECONDS
    # A request is written down when its last byte is dealt with, which its sender need not wait for.
    while '"413"' not in log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    asked = {(line["service"], line["method"], line["status"]) for line in lines}
    assert {("allocation", "ander", "200"), ("-", "GET", "404"), ("invoice", "POST", "413")} <= asked
    assert {method for _, method, _ in asked} <= {"GET", "POST", "ander"}
    assert "999900006" not in log.read_text()
    assert "GEHEIM" not in log.read_text()
    assert "127.0.0.1" not in log.read_text()
