from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "ampera.apps.assessment"
    label = "assessment"
