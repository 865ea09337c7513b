"""Addresses of the officers' half, and of what everybody may see of a draw."""

from django.urls import path

from . import (
    call_views,
    ceremony,
    correction_views,
    draw_views,
    motion_views,
    nomination_views,
    office_views,
    public_views,
    seat_views,
)

app_name = "admissions"

urlpatterns = [
    path("undian/<int:number>/", public_views.draw_page, name="draw_page"),
    path("undian/<int:number>/upacara/", ceremony.ceremony, name="ceremony"),
    path("undian/<int:number>/daftar/", public_views.draw_list, name="draw_list"),
    path("undian/<int:number>/periksa/", public_views.recheck, name="recheck"),
    path("undian/<int:number>/periksa/<str:receipt>/", public_views.recheck_receipt, name="recheck_receipt"),
    path("undian/<int:number>/paket.zip", public_views.draw_bundle, name="draw_bundle"),
    path("kantor/pendaftaran/", office_views.office_funnel, name="office_funnel"),
    path("kantor/pendaftaran/<int:round_id>/daftar/", office_views.office_list, name="office_list"),
    path("kantor/pendaftaran/<int:round_id>/bukti/", office_views.office_claims, name="office_claims"),
    path(
        "kantor/pendaftaran/<int:round_id>/keberatan/",
        office_views.office_objections,
        name="office_objections",
    ),
    path(
        "kantor/pendaftaran/keberatan/<int:objection_id>/",
        office_views.office_objection,
        name="office_objection",
    ),
    path("kantor/pencalonan/", nomination_views.office_nominations, name="office_nominations"),
    path("kantor/undian/", draw_views.office_draw, name="office_draw"),
    path("kantor/usulan/<int:motion_id>/", motion_views.office_motion, name="office_motion"),
    path("kantor/usulan/<int:motion_id>/tarik/", motion_views.office_drop, name="office_drop"),
    path("kantor/usulan/<int:round_id>/<slug:what>/", motion_views.office_propose, name="office_propose"),
    path(
        "kantor/usulan/<int:round_id>/<slug:what>/<slug:about>/",
        motion_views.office_propose,
        name="office_propose_about",
    ),
    path(
        "kantor/undian/<int:round_id>/usulkan/",
        draw_views.office_propose_freeze,
        name="office_propose_freeze",
    ),
    path(
        "kantor/undian/<int:round_id>/bekukan/",
        draw_views.office_confirm_freeze,
        name="office_confirm_freeze",
    ),
    path("kantor/undian/<int:round_id>/nilai/", draw_views.office_enter, name="office_enter"),
    path("kantor/undian/<int:round_id>/undi/", draw_views.office_start_draw, name="office_start_draw"),
    path("kantor/undian/<int:round_id>/<uuid:job_id>/", draw_views.office_draw_job, name="office_draw_job"),
    path("kantor/undian/<int:round_id>/label/", draw_views.office_labels, name="office_labels"),
    path(
        "kantor/undian/<int:round_id>/koreksi/",
        correction_views.office_corrections,
        name="office_corrections",
    ),
    path(
        "kantor/undian/koreksi/<int:correction_id>/",
        correction_views.office_correction,
        name="office_correction",
    ),
    path("kantor/panggilan/", call_views.office_calls, name="office_calls"),
    path("kantor/panggilan/<int:call_id>/", call_views.office_call, name="office_call"),
    path("kantor/panggilan/<int:round_id>/sisa/", seat_views.office_live, name="office_live"),
    path("kantor/panggilan/kursi/<uuid:seat_id>/", seat_views.office_seat, name="office_seat"),
]
