"""`manage.py up`: the whole product by one command in the foreground, until Ctrl-C or TERM."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from app.preparing import first_owner_link, prepare_database, prepare_demo, prepare_static, require_broker
from app.programs import web_command, worker_command
from app.servers.addresses import Address, ask_for_health, free_address
from app.servers.embedded import start_servers
from app.servers.folders import lock, make_secret, open_data_folder, sign
from app.servers.leftovers import end_leftovers
from app.servers.processes import to_terminal
from app.servers.supervisor import AskedToEnd, Supervisor
from feedback.errors import PreceptError


def say(line: str) -> None:
    """One line of our own."""
    to_terminal("precept", line)


class Command(BaseCommand):
    """Start everything, keep it alive, end it in order."""

    help = "Start Precept: database, broker, web and worker, in the foreground. Ctrl-C ends it."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--data` is taken by manage.py before the settings are read; it stands here for `--help`."""
        parser.add_argument("--port", type=int, default=8000, help="the port to listen on (8000; 0 for any free one)")
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
        parser.add_argument("--data", help="the data folder (var/, or PRECEPT_DATA)")
        parser.add_argument("--no-demo", action="store_true", help="make no demo project")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until asked to end; a start that fails ends what it had started and says why in a sentence."""
        try:
            run(options["host"], options["port"], demo=not options["no_demo"])
        except AskedToEnd:
            say("ended; everything is kept in " + str(settings.PLACE.data))
        except PreceptError as trouble:
            sys.exit(f"precept: {trouble}")
        except PermissionError as trouble:
            sys.exit(
                f"precept: {trouble.filename} cannot be used: {trouble.strerror}. Who started Precept there first?"
            )


def run(host: str, port: int, *, demo: bool) -> None:
    """Hold the data folder, start everything on it, and end what was started whatever happens."""
    place = settings.PLACE
    open_data_folder(place)
    with lock(place) as held:
        address = free_address(host, port)
        sign(held, address.url)
        supervisor = Supervisor(place.data / "processes.json")
        supervisor.listen_for_the_end()
        try:
            start_all(supervisor, address, demo=demo)
            supervisor.watch()
        finally:
            supervisor.end_all()
            clear_sockets()


def start_all(supervisor: Supervisor, address: Address, *, demo: bool) -> None:
    """Start one after the other, each on what it needs."""
    began = time.monotonic()
    place = settings.PLACE
    settings.SECRET_KEY = os.environ.get("SECRET_KEY") or make_secret(place)
    for name in end_leftovers(supervisor.record):
        say(f"{name} of an earlier start was still there and was ended")
    start_servers(supervisor, place, database=settings.EMBEDDED_DATABASE, broker=settings.EMBEDDED_REDIS)
    prepare_database(say)
    require_broker()
    prepare_static()
    if demo:
        prepare_demo(say)
    link = first_owner_link()
    supervisor.start(web_command(address))
    supervisor.start(worker_command())
    threading.Thread(target=herald, args=(address, link, began, supervisor), daemon=True).start()


def herald(address: Address, link: str, began: float, supervisor: Supervisor) -> None:
    """Say when web and worker answer, and where to go."""
    told: set[str] = set()
    pause = 0.1
    while not supervisor.ending:
        health = ask_for_health(address, host_name())
        if health and "web" not in told:
            told.add("web")
            say(f"web is up: uvicorn at {address.url} ({time.monotonic() - began:.1f} s)")
        if health and health.get("status") == "ok":
            say(f"worker is up: Celery ({time.monotonic() - began:.1f} s)")
            say(f"all is up. Go to {address.url}/")
            if link:
                say(f"nobody owns this yet. The first owner comes in once by {address.url}{link}")
            return
        time.sleep(pause)
        pause = min(pause * 1.1, 2)


def host_name() -> str:
    """A name the web process answers to."""
    name = str(settings.ALLOWED_HOSTS[0]).lstrip(".")
    return "localhost" if name == "*" else name


def clear_sockets() -> None:
    """Remove the folder of the sockets when it lies under /tmp."""
    place = settings.PLACE
    if not place.run.is_relative_to(place.data):
        shutil.rmtree(place.run, ignore_errors=True)
