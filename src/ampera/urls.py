"""Every address. Each app's file lists its own, whole; citizens' words are Indonesian, officers' pages are under /kantor/."""

from django.urls import include, path

APPS = (
    "people", "messaging", "programme", "assessment", "drills", "admissions", "classes", "certificates", "results",
)  # fmt: skip

urlpatterns = [
    path("", include("ampera.site.urls")),
    *(path("", include(f"ampera.apps.{app}.urls")) for app in APPS),
    path("i18n/", include("django.conf.urls.i18n")),
]

handler403 = "ampera.site.views.forbidden"
handler404 = "ampera.site.views.not_found"
handler500 = "ampera.site.views.broken"
