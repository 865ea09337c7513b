from django.apps import AppConfig


class ClassesConfig(AppConfig):
    name = "ampera.apps.classes"
    label = "classes"
