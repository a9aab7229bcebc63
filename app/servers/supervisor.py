"""Keeps the processes of an instance alive: starts them again when they die, ends them in order when asked to.

It does not know what the processes are for.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from app.servers.leftovers import write_down
from app.servers.processes import Child, Command, Say, to_terminal

TICK_SECONDS = 0.2
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
SETTLED_SECONDS = 60.0


class AskedToEnd(BaseException):
    """Somebody pressed Ctrl-C or sent TERM."""


@dataclass
class Post:
    """A place in the instance that one child after the other fills. The others stand on a `foundation`."""

    command: Command
    child: Child
    foundation: bool
    pause: float = FIRST_PAUSE
    next_start: float | None = None


class Supervisor:
    """The children of one instance, in the order they were started."""

    def __init__(self, record: Path, say: Say = to_terminal) -> None:
        self.record = record
        self.say = say
        self.posts: list[Post] = []
        self.ending = False

    def listen_for_the_end(self) -> None:
        """Turn Ctrl-C, TERM and a closed terminal into `AskedToEnd`; a second one hurries the end."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.hear)

    def hear(self, number: int, frame: FrameType | None) -> None:
        """A signal has come."""
        if not self.ending:
            self.ending = True
            self.say("precept", "ending")
            raise AskedToEnd
        for post in self.posts:
            if post.child.is_alive() and not post.foundation:
                post.child.process.kill()

    def start(self, command: Command, *, foundation: bool = False) -> Child:
        """Start a child and keep it alive from now on."""
        child = Child(command, self.say)
        self.posts.append(Post(command, child, foundation))
        self.write_down()
        return child

    def write_down(self) -> None:
        """Remember who runs, for the start after a kill."""
        write_down(self.record, [post.child for post in self.posts if post.child.is_alive()])

    def watch(self, done: Callable[[], bool] = lambda: False) -> None:
        """Look after the children until `done` says so."""
        while not done():
            for post in self.posts:
                self.look_after(post)
            time.sleep(TICK_SECONDS)

    def look_after(self, post: Post) -> None:
        """Start a dead child again, each time after a longer pause unless it had lived a good while."""
        if post.child.is_alive():
            return
        now = time.monotonic()
        if post.next_start is None:
            lived = now - post.child.since
            post.pause = FIRST_PAUSE if lived > SETTLED_SECONDS else min(post.pause * 2, LONGEST_PAUSE)
            post.next_start = now + post.pause
            self.say(
                "precept", f"{post.command.name} {post.child.how_it_ended()}; it starts again in {post.pause:.0f} s"
            )
        elif now >= post.next_start:
            post.next_start = None
            post.child = Child(post.command, self.say)
            self.write_down()
            self.say("precept", f"{post.command.name} was started again")

    def end_all(self) -> None:
        """End the children: those that stand on others first, then the foundations."""
        self.ending = True
        for foundation in (False, True):
            leaving = [post.child for post in self.posts if post.foundation == foundation]
            for child in leaving:
                child.ask_to_end()
            for child in leaving:
                if not child.wait_for_end():
                    self.say("precept", f"{child.command.name} took too long and was killed")
        self.record.unlink(missing_ok=True)
