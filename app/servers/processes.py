"""A child process: started under an account, its words passed on with its name in front, ended in an orderly way.

On Linux a child gets a signal when the process that started it dies, even by kill -9. It must therefore be started from
the main thread, which lives as long as the process.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.servers.accounts import Account
from feedback.errors import BadSetting

PARENT_DEATH_SIGNAL = 1
ONE_AT_A_TIME = threading.RLock()
Say = Callable[[str, str], None]


@dataclass(frozen=True, kw_only=True)
class Command:
    """How to start a process, how to ask it to end (`farewell`) and how many seconds it is given to do so."""

    name: str
    argv: tuple[str, ...]
    account: Account | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path("/")
    farewell: signal.Signals = signal.SIGTERM
    orphaned: signal.Signals = signal.SIGTERM
    patience: float = 10.0


def to_terminal(name: str, line: str) -> None:
    """Print a line with its speaker in front."""
    try:
        with ONE_AT_A_TIME:
            sys.stdout.write(f"{name:<8} | {line}\n")
            sys.stdout.flush()
    except (BrokenPipeError, ValueError):
        return


class Child:
    """One running process of a command."""

    def __init__(self, command: Command, say: Say = to_terminal) -> None:
        self.command = command
        self.say = say
        self.last_words: deque[str] = deque(maxlen=12)
        self.process = start(command)
        self.since = time.monotonic()
        self.listener = threading.Thread(target=self.listen, name=f"words of {command.name}", daemon=True)
        self.listener.start()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self.process.pid

    def listen(self) -> None:
        """Pass on every line the process writes."""
        assert self.process.stdout is not None
        for raw in self.process.stdout:
            line = raw.decode("utf-8", "replace").rstrip()
            if line:
                self.last_words.append(line)
                self.say(self.command.name, line)

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def ask_to_end(self) -> None:
        """Send its farewell signal."""
        if self.is_alive():
            self.process.send_signal(self.command.farewell)

    def wait_for_end(self) -> bool:
        """Wait until it has ended; kill it when its patience is over. Says whether it went by itself."""
        try:
            self.process.wait(self.command.patience)
            went = True
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            went = False
        self.listener.join(1)
        return went

    def end(self) -> bool:
        """Ask it to end and wait for that."""
        self.ask_to_end()
        return self.wait_for_end()

    def how_it_ended(self) -> str:
        """Its end as a phrase."""
        code = self.process.returncode
        return f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"


def start(command: Command) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, so that Ctrl-C reaches it only through us."""
    account = command.account
    try:
        return subprocess.Popen(
            command.argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=command.folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **command.env},
            start_new_session=True,
            umask=0o077 if account else -1,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=dies_with_us(command.orphaned, os.getpid()) if sys.platform == "linux" else None,
        )
    except OSError as trouble:
        raise BadSetting(f"The {command.name} does not start: {trouble}.") from None


def dies_with_us(farewell: signal.Signals, parent: int) -> Callable[[], None]:
    """What a child does before it becomes its program: ask the kernel for a signal when we die."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def ask() -> None:
        prctl(PARENT_DEATH_SIGNAL, int(farewell), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask
