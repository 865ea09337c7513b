from django.apps import AppConfig


class DrillsConfig(AppConfig):
    name = "ampera.apps.drills"
    label = "drills"
