"""The application's settings, with static files that nobody has to collect first."""

import tempfile

from config.settings import *  # noqa: F403

STATIC_ROOT = tempfile.gettempdir()
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
