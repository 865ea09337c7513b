"""Addresses of applying and of what follows for the citizen."""

from django.urls import path

from . import after_views, office_urls, result_views, views

app_name = "admissions"
urlpatterns = [
    path("lamaran/mulai/<int:person_id>/", views.begin, name="begin"),
    path("lamaran/<int:application_id>/", views.resume, name="resume"),
    path("lamaran/<int:application_id>/peserta/", views.audience, name="audience"),
    path("lamaran/<int:application_id>/tes/", views.test, name="test"),
    path("lamaran/<int:application_id>/jenjang/", views.level, name="level"),
    path("lamaran/<int:application_id>/hari-tempat/", views.wishes, name="wishes"),
    path("lamaran/<int:application_id>/urutan/", views.ranking, name="ranking"),
    path("lamaran/<int:application_id>/serumah/", views.household, name="household"),
    path("lamaran/<int:application_id>/periksa/", views.check, name="check"),
    path("lamaran/<int:application_id>/bukti/", after_views.receipt, name="receipt"),
    path("lamaran/<int:application_id>/batal/", after_views.withdraw, name="withdraw"),
    path("lamaran/<int:application_id>/keberatan/", after_views.objection, name="objection"),
    path("lamaran/<int:application_id>/hasil/", result_views.result, name="result"),
    path("lamaran/<int:application_id>/hasil/alasan/", result_views.why, name="why"),
    path("lamaran/<int:application_id>/tidak-hadir/", result_views.no_show, name="no_show"),
    path("lamaran/<int:application_id>/panggilan/<slug:word>/", result_views.answer, name="answer"),
]
urlpatterns += office_urls.urlpatterns
