"""A copy of the test database in which transactions really commit, for tests with several threads.

Append-only triggers refuse the flush that a transactional test ends with, and they are never switched off: so such
a test gets its own copy, and the copy is thrown away.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, connections


@pytest.fixture
def committed(django_db_setup, django_db_blocker, tmp_path: Path) -> Iterator[None]:
    """The default connection of every thread leads to an empty copy of the test database."""
    with django_db_blocker.unblock(), _sqlite(tmp_path) if connection.vendor == "sqlite" else _postgresql():
        yield


def together(*works: Callable[[], None]) -> None:
    """Run each in its own thread and connection, to the end; raise the first error."""
    errors: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads), "a thread waits for ever"
    if errors:
        raise errors[0]


@contextmanager
def _sqlite(folder: Path) -> Iterator[None]:
    original, path = connections["default"], folder / "copy.sqlite3"
    original.ensure_connection()
    with sqlite3.connect(path) as copy:
        original.connection.backup(copy)
    copy.close()
    with _named(str(path)):
        connections["default"] = connections.create_connection("default")
        try:
            yield
        finally:
            connection.close()
            connections["default"] = original


@contextmanager
def _postgresql() -> Iterator[None]:
    _leave()
    name = connection.creation.get_test_db_clone_settings("copy")["NAME"]
    connection.creation.clone_test_db("copy", verbosity=0)
    with _named(name):
        try:
            yield
        finally:
            _leave()
    connection.creation._destroy_test_db(name, verbosity=0)


@contextmanager
def _named(name: str) -> Iterator[None]:
    shared = connections.settings["default"]
    before, shared["NAME"] = shared["NAME"], name
    try:
        yield
    finally:
        shared["NAME"] = before


def _leave() -> None:
    """A database is copied or dropped only when nobody is connected to it, the pool included."""
    connection.close()
    connection.close_pool()
