"""The configurations in deploy/, each served by its own program in front of a real server."""

import gzip
import http.client
import os
import re
import shutil
import signal
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.running.conftest import ROOT, SECONDS, free_port, start_gunicorn

pytestmark = pytest.mark.running

PROGRAMS = {"nginx": "nginx", "caddy": "caddy", "haproxy": "haproxy"}
HOST = "stacks.example.org"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificate")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}"]
    command += ["-keyout", "key.pem", "-out", "fullchain.pem"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (folder / "bundle.pem").write_text((folder / "fullchain.pem").read_text() + (folder / "key.pem").read_text())
    for file in (folder, *folder.iterdir()):
        file.chmod(0o755)
    return folder


def has_brotli():
    return any(Path("/etc/nginx/modules-enabled").glob("*brotli-filter*"))


class Proxy:
    """One of the programs in front of the application, both on loopback ports."""

    def __init__(self, name, folder, certificate, behind, assistants):
        self.name, self.port, self.plain = name, free_port(), free_port()
        text = (
            ROOT / "deploy" / {"nginx": "nginx.conf", "caddy": "Caddyfile", "haproxy": "haproxy.cfg"}[name]
        ).read_text()
        for patience in ("lb_try_duration 10s", "retries 20", "timeout queue 10s"):  # the machine may be busy
            text = text.replace(patience, re.sub(r"\d+", str(SECONDS), patience))
        text = text.replace("127.0.0.1:8000", f"127.0.0.1:{behind}").replace(
            "127.0.0.1:8100", f"127.0.0.1:{assistants}"
        )
        text = text.replace("/etc/ssl/stacks", str(certificate))
        file = folder / f"{name}.conf"
        if name == "nginx":
            text = text.replace("listen 443", f"listen 127.0.0.1:{self.port}").replace(
                "listen 80", f"listen 127.0.0.1:{self.plain}"
            )
            text = text.replace("/var/cache/nginx/stacks", str(folder / "cache"))
            modules = Path("/etc/nginx/modules-enabled")
            if has_brotli():
                text = text.replace("# brotli", "brotli")
            (folder / "modules").symlink_to("/usr/lib/nginx/modules")
            kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            places = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
            user = "user root;\n" if os.geteuid() == 0 else ""  # the folders of a test are nobody else's
            head = f"{user}pid {folder}/pid;\nerror_log stderr;\ninclude {modules}/*.conf;\nevents {{}}\n"
            text = f"{head}http {{\naccess_log off;\n{places}{text}}}\n"
            command = ["nginx", "-p", folder, "-c", file, "-g", "daemon off;"]
        elif name == "caddy":
            text = text.replace(
                f"{HOST} {{", f"{HOST}:{self.port} {{\n\ttls {certificate}/fullchain.pem {certificate}/key.pem", 1
            )
            text = f"{{\n\tadmin off\n\thttp_port {self.plain}\n\tstorage file_system {folder}/caddy\n}}\n{text}"
            command = ["caddy", "run", "--adapter", "caddyfile", "--config", file]
        else:
            text = text.replace("bind :80", f"bind 127.0.0.1:{self.plain}").replace(
                "bind :443", f"bind 127.0.0.1:{self.port}"
            )
            command = ["haproxy", "-db", "-f", file]
        file.write_text(text)
        self.log = (folder / "log").open("w+")
        self.process = subprocess.Popen([str(part) for part in command], stdout=self.log, stderr=self.log)

    def get(self, path, headers=(), port=None):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        wire = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=SECONDS)
        wire.connect()
        if not port:  # the name of the host is asked for in the handshake, too
            wire.sock = context.wrap_socket(wire.sock, server_hostname=HOST)
        try:
            wire.putrequest("GET", path, skip_accept_encoding=True, skip_host=True)
            for name, value in [("Host", HOST), *headers]:
                wire.putheader(name, value)
            wire.endheaders()
            answer = wire.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            wire.close()

    def wait(self):
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                if self.get("/healthz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        self.log.seek(0)
        pytest.fail(f"{self.name} does not answer: {self.log.read()}")


@pytest.fixture(params=list(PROGRAMS))
def program(request, monkeypatch):
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:/usr/sbin")  # where Debian puts them, and not all look
    if shutil.which(request.param) is None:
        reason = f"{request.param} was not found. On Debian: apt-get install --no-install-recommends {request.param}"
        pytest.fail(reason, pytrace=False) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return request.param


class Assistants(BaseHTTPRequestHandler):
    """In the place of `manage.py mcp --http`: tells what it was asked by whom."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(" ".join([self.path, self.headers["Host"], self.headers["X-Forwarded-For"]]).encode())

    def log_message(self, *_):
        pass


@contextmanager
def serving_assistants():
    with HTTPServer(("127.0.0.1", 0), Assistants) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def behind(program, serve, database, certificate, tmp_path):
    """The proxy and the server behind it."""
    tmp_path.chmod(0o755)
    settings = {
        "DATABASE_URL": f"sqlite:///{database}",
        "PRODUCTION": "true",
        "SECRET_KEY": "0123456789" * 6,
        "SITE_URL": f"https://{HOST}",
        "ALLOWED_HOSTS": HOST,
        "TRUSTED_PROXIES": "1",
        "SECURE_PROXY_SSL_HEADER": "X-Forwarded-Proto",
    }
    with serve(**settings) as server, serving_assistants() as assistants:
        proxy = Proxy(program, tmp_path, certificate, server.port, assistants)
        try:
            proxy.wait()
            yield proxy, server, settings
        finally:
            proxy.process.send_signal(signal.SIGTERM)
            proxy.process.wait(timeout=SECONDS)
            proxy.log.close()


def test_a_visitor_gets_the_page_and_nobody_elses(behind):
    proxy, server, _ = behind
    status, headers, page = proxy.get("/companies/fam/")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "Set-Cookie" not in headers

    # what has not changed is not sent again, whatever the proxy did to it on the way
    packed = proxy.get("/companies/fam/", [("Accept-Encoding", "gzip")])
    assert packed[1]["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed[2]) == page
    for tag in (headers["ETag"], packed[1]["ETag"]):
        assert proxy.get("/companies/fam/", [("If-None-Match", tag), ("Accept-Encoding", "gzip")])[0] == 304

    # zstd and brotli are smaller; HAProxy has neither
    better = {"caddy": "zstd", "nginx": "br" if has_brotli() else ""}.get(proxy.name)
    if better:
        small = proxy.get("/companies/fam/", [("Accept-Encoding", f"{better}, gzip")])
        assert small[1]["Content-Encoding"] == better
        assert len(small[2]) < len(page) / 2
        assert "Accept-Encoding" in small[1]["Vary"]
        assert (
            proxy.get("/companies/fam/", [("If-None-Match", small[1]["ETag"]), ("Accept-Encoding", better)])[0] == 304
        )

    # whoever is first with a header that might change a page leaves the page as it is for the next one
    headers = (
        ("SCRIPT_NAME", "/changes"),
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "http"),
        ("X-Forwarded-For", "203.0.113.9"),
        ("Forwarded", "host=evil.example;proto=http"),
        ("Cookie", "sessionid=x"),
    )
    for number, header in enumerate(headers):
        path = f"/technologies/t{number}/"
        assert proxy.get(path, [header])[0] == 200
        direct = server.get(path, [("Host", HOST), ("X-Forwarded-Proto", "https")])
        assert direct[0] == 200
        assert proxy.get(path)[2] == direct[2]

    # what assistants ask goes to the other process, with the visitor's address from the proxy alone
    asked = proxy.get("/mcp", [("X-Forwarded-For", "203.0.113.9")])
    assert (asked[0], asked[2].decode()) == (200, f"/mcp {HOST} 127.0.0.1")

    # over plain http there is nothing but the way to https
    plain = proxy.get("/companies/fam/", port=proxy.plain)
    assert plain[0] in (301, 308)
    assert re.match(rf"https://{HOST}(:\d+)?/companies/fam/", plain[1]["Location"])


class Readers:
    """Visitors who go on reading pages that were read before, each a page of his own, until they are told to stop."""

    def __init__(self, proxy, number):
        self.answers = [[] for _ in range(number)]
        self._stopped = threading.Event()
        self._threads = [
            threading.Thread(target=self._read, args=[proxy, f"/technologies/t{10 + each}/", self.answers[each]])
            for each in range(number)
        ]

    def _read(self, proxy, path, answers):
        while not self._stopped.wait(0.1):
            try:
                answers.append(proxy.get(path)[0])
            except OSError as error:
                answers.append(error)

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        self.wait_for_more()
        return self

    def __exit__(self, *raised):
        self._stopped.set()
        for thread in self._threads:
            thread.join(SECONDS)

    def wait_for_more(self):
        """Until each has had two more answers."""
        wanted = [len(each) + 2 for each in self.answers]
        deadline = time.monotonic() + SECONDS
        while any(len(each) < number for each, number in zip(self.answers, wanted, strict=True)):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_a_restart_under_load_fails_nobody_who_reads(behind):
    """The application is away for seconds while three visitors read; nginx answers what it keeps, the others wait."""
    proxy, server, settings = behind
    with Readers(proxy, 3) as readers:
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(timeout=SECONDS)
        if proxy.name == "nginx":
            deadline = time.monotonic() + SECONDS
            while proxy.get("/technologies/t10/")[1]["Cache-Status"] not in ("STALE", "UPDATING"):
                assert time.monotonic() < deadline  # for a second it is fresh
                time.sleep(0.1)
            readers.wait_for_more()
        again = start_gunicorn(**settings, PORT=str(server.port), WEB_CONCURRENCY="1")
        try:
            readers.wait_for_more()
            deadline = time.monotonic() + SECONDS
            while proxy.get("/companies/zerodha/")[0] != 200:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        finally:
            readers.__exit__()
            again.send_signal(signal.SIGTERM)
            again.communicate(timeout=SECONDS)
    assert {answer for each in readers.answers for answer in each} == {200}
