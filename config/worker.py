"""gunicorn's worker with threads, stopping without a connection cut off."""

from gunicorn.workers.gthread import ThreadWorker


class GracefulWorker(ThreadWorker):
    """Told to stop, it takes whoever knocked before that, and from then on nobody: they are refused, not cut off.

    gunicorn's own leaves them waiting at the door and closes it when all others have been served.
    """

    def set_accept_enabled(self, enabled):
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:
                self._take_all(listener)
                listener.close()

    def _take_all(self, listener):
        taken = -1
        while self.nr_conns != taken:  # which only this thread changes
            taken = self.nr_conns
            self.accept(listener)
