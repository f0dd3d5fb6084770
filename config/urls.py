from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from stacks.pages.previews import preview
from stacks.pages.urls import page

urlpatterns = [
    path("admin/", include("config.passwords")),
    page("admin/preview/<str:token>/", preview, name="preview"),
    path("admin/", admin.site.urls),
    path("api/", include("stacks.api.urls")),
    path("", include("stacks.pages.urls")),
]

if settings.METRICS_TOKEN:
    from config import metrics  # its package stands in an optional group

    urlpatterns.insert(0, path("metrics", metrics.show, name="metrics"))

handler400 = "config.errors.bad_request"
handler403 = "config.errors.denied"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
# Django has none of these: `stacks` asks for them, for what is no key, for who asks too much, without the database
handler401 = "config.errors.unauthorised"
handler429 = "config.errors.too_many"
handler503 = "config.errors.unavailable"
