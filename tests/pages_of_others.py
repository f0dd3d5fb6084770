"""A server on a loopback port that behaves as the web does: badly, in each way that a fetcher has to bear."""

import contextlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ALLOWED = "127.0.0.1/32"


class PagesOfOthers:
    """`pages[path]`: a status, or (status, headers, body), or a function of the handler; `asked` is what came,
    `bodies` what came with it.
    """

    def __init__(self):
        self.pages, self.asked, self.at, self.bodies = {}, [], [], []
        self.stopped = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                site.asked.append((self.command, self.path, dict(self.headers)))
                site.at.append(time.monotonic())
                site.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
                page = site.pages.get(self.path.partition("?")[0], 404)
                if callable(page):
                    self.close_connection = True
                    with contextlib.suppress(OSError):
                        page(self)
                    return
                status, headers, body = page if isinstance(page, tuple) else (page, {}, b"")
                body = body.encode() if isinstance(body, str) else body
                self.send_response(status)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    with contextlib.suppress(OSError):
                        self.wfile.write(body)

            do_GET = do_HEAD = do_POST = answer  # noqa: N815  (http.server's names)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def __call__(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def paths(self, *methods):
        return [path for method, path, _ in self.asked if path != "/robots.txt" and (not methods or method in methods)]

    def close(self):
        self.stopped.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
