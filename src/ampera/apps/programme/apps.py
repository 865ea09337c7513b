from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "ampera.apps.programme"
    label = "programme"
