"""Addresses of tests and exams. The roster itself, `site:roster` with the session's id, is put together in site."""

from django.urls import path

from . import office_views, views

app_name = "assessment"
urlpatterns = [
    path("tes/ujian/<int:session_id>/<int:person_id>/", views.exam, name="exam"),
    path("tes/<uuid:sitting_id>/", views.start, name="sitting"),
    path("tes/<uuid:sitting_id>/soal/<int:position>/", views.item, name="item"),
    path("tes/<uuid:sitting_id>/selesai/", views.finish, name="finish"),
    path("tes/<uuid:sitting_id>/hasil/", views.result, name="result"),
    path("pengawas/", office_views.today, name="invigilate"),
    path("pengawas/<int:session_id>/hadir/", office_views.present, name="present"),
    path("pengawas/<int:session_id>/mulai/", office_views.begin, name="begin"),
    path("pengawas/<int:session_id>/tutup/", office_views.close, name="close"),
    path("pengawas/<int:session_id>/kejadian/", office_views.incident, name="incident"),
    path("kantor/ujian/", office_views.planned, name="office_exams"),
    path("kantor/ujian/baru/", office_views.plan, name="office_plan"),
]
