"""A wire between the application and a server that a test can cut, silence and mend."""

import contextlib
import select
import socket
import threading


class Relay:
    """Listens on a loopback port of its own and passes everything on to `target`, as `socket.connect` takes it."""

    def __init__(self, target):
        self.target = target
        self._ends: set[socket.socket] = set()
        self._speaks = threading.Event()
        self._speaks.set()
        self._last_words = b""
        self._listener = None
        self.port = 0
        self.mend()

    def mend(self):
        self._speaks.set()
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            self.port = self._listener.getsockname()[1]
            threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def cut(self):
        """Nobody listens any more, and what was connected is no more."""
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        for end in list(self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def silence(self):
        """Connections are taken and stay, and nothing comes back."""
        self._speaks.clear()

    def silence_after(self, words):
        """As soon as these have been passed on: whoever said them gets no answer."""
        self._last_words = words

    @property
    def is_silent(self):
        return not self._speaks.is_set()

    def _accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=[client], daemon=True).start()

    def _pass_on(self, client):
        family = socket.AF_UNIX if isinstance(self.target, str) else socket.AF_INET
        with client, socket.socket(family) as server, contextlib.suppress(OSError):
            server.connect(self.target)
            self._ends |= {client, server}
            other = {client: server, server: client}
            while True:
                for end in select.select(list(other), [], [])[0]:
                    self._speaks.wait()
                    data = end.recv(65536)
                    if not data:
                        return
                    if self._last_words and self._last_words in data:
                        self._last_words = b""
                        self.silence()
                    other[end].sendall(data)
        self._ends -= {client, server}
