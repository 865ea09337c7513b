from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "ampera.apps.people"
    label = "people"
