from django.apps import AppConfig


class AdmissionsConfig(AppConfig):
    name = "ampera.apps.admissions"
    label = "admissions"
