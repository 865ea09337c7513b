"""Who may open an office page. `people` lies above this app, so it is found through AUTH_USER_MODEL, as Django finds it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest


def _people() -> Any:
    return import_module(get_user_model()._meta.app_config.name + ".api")


def require(request: HttpRequest, *names: str) -> str:
    """The signed-in account's role among `names`. Raises Http404 for everybody else."""
    return _people().require(request.user, *names).name


def labels(*actors: str) -> dict[str, str]:
    """How actors are shown: an officer by the label of their role, never by a number. Empty actors are left out."""
    return _people().labels([actor for actor in actors if actor])
