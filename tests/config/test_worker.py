import logging
import os
import selectors
import socket

from gunicorn.config import Config

from config.worker import GracefulWorker


def test_a_worker_that_is_told_to_stop_before_it_has_begun_serves_who_knocked_and_ends():
    """As one does that a reload has just made, when the server is told to stop."""
    with socket.create_server(("127.0.0.1", 0)) as door, socket.create_connection(door.getsockname()) as visitor:
        worker = GracefulWorker(1, os.getppid(), [door], None, 30, Config(), logging.getLogger())
        worker.tpool, worker.poller = worker.get_thread_pool(), selectors.DefaultSelector()
        worker.method_queue.init()
        worker.handle = lambda conn: False  # the application is not the point
        visitor.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        visitor.shutdown(socket.SHUT_WR)
        worker.alive = False

        worker.run()
        worker.tmp.close()

        assert worker.nr_conns == 0
        assert worker.stopped_at is not None
