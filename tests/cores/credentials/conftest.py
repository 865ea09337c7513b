"""The issuing city, for every test here."""

import pytest

from .city import City


@pytest.fixture(scope="session")
def city() -> City:
    return City()
