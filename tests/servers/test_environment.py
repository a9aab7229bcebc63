"""What the environment may say, and the sentence that answers when it cannot be read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.environment import ROOT, Place, broker_address, read_database, read_place, with_database

REFUSED = [
    ({"DEBUG": "perhaps"}, "DEBUG='perhaps' is neither yes nor no"),
    ({"ALLOWED_HOSTS": "https://precept.example.org"}, "is not a host name"),
    ({"DATABASE_URL": "mysql://localhost/precept"}, "Precept keeps its rows in PostgreSQL"),
    ({"DATABASE_URL": "postgresql://localhost:many/precept"}, "a port that is not a number"),
    ({"DATABASE_URL": "postgresql://localhost"}, "names no database"),
    ({"REDIS_URL": "amqp://localhost"}, "REDIS_URL begins with 'amqp'"),
    ({"REDIS_URL": "redis://localhost:many"}, "a port that is not a number"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY is shorter than 32 characters"),
    ({"ANTHROPIC_BASE_URL": "example.org/v1"}, "is not a web address"),
    ({"ANTHROPIC_API_KEY": "two words"}, "has a blank or a line break in it"),
    ({"PRECEPT_MODEL": "claude\nsonnet"}, "has a blank or a line break in it"),
]


def start_with(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py in an otherwise bare environment."""
    bare = {"PATH": os.environ["PATH"], **env}
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *words], env=bare, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("env", "sentence"), REFUSED, ids=lambda value: next(iter(value)) if isinstance(value, dict) else ""
)
def test_a_value_that_cannot_be_read_stops_the_start_with_a_sentence(
    env: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    done = start_with({"PRECEPT_DATA": str(tmp_path / "data"), **env}, "up", "--no-demo")
    assert done.returncode == 1
    assert sentence in done.stderr
    assert done.stderr.startswith("precept: ")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_command_without_an_instance_says_so(tmp_path: Path) -> None:
    done = start_with({}, "migrate", "--data", str(tmp_path / "data"))
    assert done.returncode == 1
    assert done.stderr.startswith(f"precept: no instance runs on the data folder {tmp_path / 'data'}.")
    assert len(done.stderr.splitlines()) == 1


def test_the_formats_are_listed_without_an_instance(tmp_path: Path) -> None:
    done = start_with({}, "export_data", "--list", "--data", str(tmp_path / "data"))
    listed = {one["name"]: one for one in json.loads(done.stdout)}
    assert done.returncode == 0
    assert {"trl-preference", "trl-kto", "llama-factory-kto", "axolotl-span-masks", "helpsteer3-edit"} <= set(listed)
    assert all(one["trainer"] and one["columns"] and one["needs"] for one in listed.values())


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Ana", encoding="ascii")
    mode = tmp_path.stat().st_mode
    done = start_with({}, "up", f"--data={tmp_path}", "--no-demo")
    assert done.returncode == 1
    assert "holds other things than Precept's" in done.stderr
    assert tmp_path.stat().st_mode == mode
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_the_web_process_does_not_start_without_a_secret() -> None:
    env = {"PATH": os.environ["PATH"], "DATABASE_URL": "postgresql://localhost/x", "PRECEPT_DATA": "/nowhere"}
    code = "import os; os.environ['DJANGO_SETTINGS_MODULE']='app.settings'; import app.asgi"
    done = subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("precept: SECRET_KEY is not set.")


def test_a_database_address_is_read() -> None:
    read = read_database("postgresql://ana:p%40ss@db.example.org:5433/precept?sslmode=require")
    assert read["NAME"] == "precept"
    assert (read["USER"], read["PASSWORD"]) == ("ana", "p@ss")
    assert (read["HOST"], read["PORT"]) == ("db.example.org", "5433")
    assert read["OPTIONS"] == {"sslmode": "require"}


def test_cache_layer_and_broker_share_a_server_but_not_a_database() -> None:
    assert with_database("redis://localhost:6379", 2) == "redis://localhost:6379/2"
    assert with_database("redis://localhost:6379/5", 2) == "redis://localhost:6379/5"
    assert broker_address("unix:///run/valkey.sock", 0) == "redis+socket:///run/valkey.sock?virtual_host=0"
    assert broker_address("unix:///run/valkey.sock?db=7", 0) == "redis+socket:///run/valkey.sock?virtual_host=7"


def test_sockets_lie_on_a_short_path() -> None:
    deep = Place(Path("/srv") / ("long" * 40))
    assert str(deep.run).startswith("/tmp/precept-")
    assert Place(Path("/srv/precept")).run == Path("/srv/precept/run")
    assert read_place({"PRECEPT_DATA": "/srv/precept"}).data == Path("/srv/precept")
