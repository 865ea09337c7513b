from django.urls import path

from . import office_views, views

app_name = "results"
urlpatterns = [
    path("hasil/tes/<int:person_id>/", views.endline, name="endline"),
    path("hasil/<int:number>/", views.report, name="report"),
    path("hasil/<int:number>/metode/", views.method, name="method"),
    path("hasil/<int:number>/data.csv", views.data, name="data"),
    path("kantor/hasil/", office_views.office, name="office"),
    path("kantor/hasil/<int:round_id>/", office_views.office_round, name="office_round"),
    path("kantor/hasil/<int:round_id>/sampel/", office_views.draw_sample, name="draw_sample"),
    path("kantor/hasil/<int:round_id>/tutup/", office_views.close, name="close"),
    path("kantor/hasil/<int:round_id>/kerja/<uuid:job_id>/", office_views.work, name="work"),
]
