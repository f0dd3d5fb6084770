"""Which tests one worker of pytest-xdist takes as a whole, where several work side by side."""

from xdist.scheduler import LoadFileScheduling

TOGETHER = {
    # they share the catalogue, which is loaded once
    "fixtures": ("tests/fixtures/",),
}


class Scheduling(LoadFileScheduling):
    """A file at a time, those with many tests first; as one what stands in TOGETHER."""

    def _split_scope(self, nodeid):
        file = super()._split_scope(nodeid)
        return next((name for name, files in TOGETHER.items() if file.startswith(files)), file)
