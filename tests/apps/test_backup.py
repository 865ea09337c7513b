"""Back-up and restore, as the manual says, on whichever database the suite runs on."""

from __future__ import annotations

from tests.apps.processes import ampera, end_state, environment
from tests.databases import PLAYED


def test_a_backup_restored_into_an_empty_database_holds_the_same_facts(tmp_path):
    one, two = environment(tmp_path / "one", model="played"), environment(tmp_path / "two", model="empty")
    file = str(tmp_path / "city.backup")
    assert ampera(one, "backup", file).returncode == 0
    done = ampera(two, "restore", file)
    assert done.returncode == 0, done.stderr
    assert end_state(ampera(two, *PLAYED)) == end_state(ampera(one, *PLAYED))
    assert ampera(two, "check").returncode == 0


def test_neither_a_file_nor_a_database_is_overwritten(tmp_path):
    one = environment(tmp_path / "one")
    file = tmp_path / "city.backup"
    file.write_text("mine")
    kept = ampera(one, "backup", str(file))
    assert kept.returncode == 1 and "is there already" in kept.stderr and file.read_text() == "mine"
    refused = ampera(one, "restore", str(file))
    assert refused.returncode == 1 and "isn't empty" in refused.stderr


def test_what_is_no_backup_is_refused_and_the_database_left_alone(tmp_path):
    one = environment(tmp_path / "one", model="empty")
    file = tmp_path / "notes.txt"
    file.write_text("no back-up at all")
    done = ampera(one, "restore", str(file))
    assert done.returncode == 1 and done.stderr.startswith("ampera: ") and "Traceback" not in done.stderr
    assert ampera(one, "restore", str(file)).stderr == done.stderr, "the database is still empty"


def test_a_backup_into_no_folder_says_so(tmp_path):
    one = environment(tmp_path / "one")
    done = ampera(one, "backup", str(tmp_path / "nowhere" / "city.backup"))
    assert done.returncode == 1 and "there is no folder" in done.stderr
