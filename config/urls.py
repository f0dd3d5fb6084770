from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", include("config.passwords")),
    path("admin/", admin.site.urls),
    path("api/", include("stacks.api.urls")),
    path("", include("stacks.pages.urls")),
]

handler400 = "config.errors.bad_request"
handler404 = "config.errors.not_found"
handler503 = "config.errors.unavailable"  # Django has none: `stacks` asks for it while the database is away
handler500 = "config.errors.server_error"
