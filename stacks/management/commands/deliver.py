import signal
import threading
from types import FrameType

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from stacks.models import Delivery, DeliveryState
from stacks.outages import is_outage
from stacks.webhooks import Deliverer


class Command(BaseCommand):
    help = (
        "Tells webhooks what changed, as long as it runs: it follows the feed, posts, and tries again what failed. "
        "It may be stopped at any time and goes on where it was; what is being posted is finished first."
    )

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="post what is due now, then end: for a timer")
        parser.add_argument("--seconds", type=float, default=2, metavar="N", help="look at the feed every N seconds")

    def handle(self, *, once: bool, seconds: float, **options):
        stop = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            stop.set()

        former = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            self._run(stop, once=once, seconds=seconds)
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

    def _run(self, stop: threading.Event, *, once: bool, seconds: float) -> None:
        deliverer = Deliverer()
        while not stop.is_set():
            try:
                attempted = deliverer.run()
            except DatabaseError as error:
                if once or not is_outage(error):
                    raise
                self.stderr.write(f"The database does not answer: {error}")
                attempted = []
            for delivery in attempted:
                self._tell(delivery)
            if not attempted:
                if once:
                    return
                close_old_connections()
                stop.wait(max(seconds, 0.1))

    def _tell(self, delivery: Delivery) -> None:
        """A line for each attempt; what failed goes to standard error."""
        name, told = delivery.webhook.name, delivery.told
        if delivery.state == DeliveryState.DELIVERED:
            self.stdout.write(
                f"{name}: {delivery.uid} delivered, {delivery.get_type_display()} {delivery.lines}".rstrip()
            )
        elif delivery.state == DeliveryState.GIVEN_UP:
            self.stderr.write(f"{name}: {delivery.uid} given up, and the webhook switched off. {told}")
        else:
            self.stderr.write(
                f"{name}: {delivery.uid} failed, next attempt {delivery.next_at:%Y-%m-%d %H:%M:%S}. {told}"
            )
