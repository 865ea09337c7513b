"""What every test may count on: compiled catalogues, plain static files, Hypothesis that repeats itself in CI."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import settings
from scripts.catalogues import compile_all

from tests import databases

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("suite", deadline=None, max_examples=60, derandomize=True, database=None)
settings.load_profile("suite")


def pytest_configure(config):
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        compile_all(ROOT / "src")
        databases.begin()


def pytest_unconfigure(config):
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        databases.end()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker):
    """The database of tests marked `django_db`."""
    with django_db_blocker.unblock(), databases.in_place_of_the_default():
        yield


@pytest.fixture(scope="module")
def once(django_db_setup, django_db_blocker):
    """Rows made by one fixture of a module's scope stand before each of its tests that wants them.

    What a test changes is undone. The module's other tests come first, and find nothing.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def indonesian():
    """Each test begins in the site's language, whatever the last request of the one before spoke."""
    translation.activate("id")
    yield
    translation.activate("id")


def pytest_collection_modifyitems(config, items):
    """Who wants the rows of `once` comes after the module's others. The long proofs run only when asked for."""
    modules = dict.fromkeys(item.nodeid.split("::")[0] for item in items)
    place = {module: n for n, module in enumerate(modules)}
    items.sort(key=lambda item: (place[item.nodeid.split("::")[0]], "once" in item.fixturenames))
    if config.option.markexpr:
        return
    proofs = [item for item in items if item.get_closest_marker("proof")]
    if proofs:
        config.hook.pytest_deselected(items=proofs)
        items[:] = [item for item in items if item not in proofs]
