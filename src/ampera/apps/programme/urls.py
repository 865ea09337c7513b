"""Addresses of the agreement, the rounds' plans and the officers' pages about them, from the root."""

from django.urls import path

from . import change_views, office_views, views

app_name = "programme"
urlpatterns = [
    path("perjanjian/", views.agreement_page, name="agreement"),
    path("rencana/", views.rounds_page, name="rounds"),
    path("rencana/<int:round_id>/", views.plan_page, name="plan"),
    path("rencana/<int:round_id>/rencana.txt", views.plan_text, name="plan_text"),
    path("rencana/<int:round_id>/cap-waktu.tsr", views.time_stamp, name="time_stamp"),
    path("rencana/<int:round_id>/kelas/", views.classes_page, name="classes"),
    path("kantor/rencana/", office_views.office_rounds, name="office_rounds"),
    path("kantor/rencana/<int:round_id>/", office_views.office_plan, name="office_plan"),
    path("kantor/rencana/<int:round_id>/ubah/", change_views.office_change, name="office_change"),
    path("kantor/rencana/<int:round_id>/usulkan/", office_views.propose, name="propose"),
    path("kantor/rencana/<int:round_id>/kunci/", office_views.confirm, name="confirm"),
    path("kantor/rencana/<int:round_id>/rencana.txt", office_views.proposed_text, name="proposed_text"),
    path("kantor/rencana/<int:round_id>/kelas/", office_views.office_classes, name="office_classes"),
    path(
        "kantor/rencana/<int:round_id>/kelas.csv", office_views.office_classes_csv, name="office_classes_csv"
    ),
    path("kantor/rencana/kelas/<int:class_id>/", office_views.office_class, name="office_class"),
]
