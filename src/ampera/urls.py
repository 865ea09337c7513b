"""Every address. Citizens' words are Indonesian; officers' pages live under /kantor/."""

from django.urls import include, path

urlpatterns = [
    path("", include("ampera.site.urls")),
]
