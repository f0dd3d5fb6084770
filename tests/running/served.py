"""The application's settings, with static files that nobody has to collect first, and less patience."""

import os
from pathlib import Path

from config.settings import *  # noqa: F403

WHITENOISE_USE_FINDERS = True
STATIC_ROOT = Path(__file__).parent
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
if "timeout" in DATABASES["default"]["OPTIONS"]:  # noqa: F405
    DATABASES["default"]["OPTIONS"]["timeout"] = int(os.environ.get("PATIENCE", "2"))  # noqa: F405
