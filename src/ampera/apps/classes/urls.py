"""Addresses of a citizen's class and of those who work with one, from the root."""

from django.urls import path, re_path

from . import office_views, views

app_name = "classes"
urlpatterns = [
    path("kelas/<int:class_id>/<int:person_id>/", views.page, name="page"),
    path("kantor/kelas/", office_views.work, name="work"),
    path("kantor/kelas/jadwal/", office_views.make_timetables, name="make_timetables"),
    path("kantor/kelas/<int:class_id>/", office_views.class_page, name="class"),
    path("kantor/kelas/<int:class_id>/jadwal/", office_views.make_timetable, name="make_timetable"),
    path("kantor/kelas/<int:class_id>/peserta/", office_views.roster_page, name="roster"),
    path("kantor/kelas/<int:class_id>/daftar-hadir/", office_views.print_list, name="print"),
    re_path(r"^kantor/kelas/(?P<class_id>\d+)/(?P<kind>nilai|hadir)\.csv$", office_views.download, name="download"),
    re_path(r"^kantor/kelas/(?P<class_id>\d+)/(?P<kind>nilai|hadir)/$", office_views.bring, name="bring"),
    path("kantor/kelas/pertemuan/<int:meeting_id>/", office_views.meeting_page, name="meeting"),
    path("kantor/kelas/pertemuan/<int:meeting_id>/kode/", office_views.meeting_code, name="code"),
]  # fmt: skip
