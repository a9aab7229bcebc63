"""Processes a killed instance left behind: they are written down while it runs, recognised and ended at the next start.

On Linux the kernel ends them already; this is for other systems and for what was just about to end.
"""

from __future__ import annotations

import json
from pathlib import Path

import psutil

from app.servers.processes import Child, Command


def write_down(path: Path, children: list[Child]) -> None:
    """Remember the processes that run; a process is its number and the moment it began."""
    rows = [row for child in children if (row := row_of(child.pid, child.command))]
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(rows), encoding="utf-8")
    fresh.rename(path)


def row_of(pid: int, command: Command) -> dict[str, object] | None:
    """What is remembered of a process."""
    try:
        return {
            "pid": pid,
            "began": psutil.Process(pid).create_time(),
            "name": command.name,
            "farewell": int(command.farewell),
            "patience": command.patience,
        }
    except psutil.Error:
        return None


def end_leftovers(path: Path) -> list[str]:
    """End what is still there of an earlier instance; the names of what was."""
    if not path.exists():
        return []
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return []
    found = [(row, process) for row in rows if (process := still_there(row))]
    for row, process in found:
        send(process, row["farewell"])
    for row, process in found:
        wait_for(process, row["patience"])
    path.unlink(missing_ok=True)
    return [row["name"] for row, _ in found]


def still_there(row: dict[str, float]) -> psutil.Process | None:
    """The very process that was written down, if it lives."""
    try:
        process = psutil.Process(int(row["pid"]))
        same = abs(process.create_time() - row["began"]) < 0.05
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.Error:
        return None


def send(process: psutil.Process, signal: int) -> None:
    """Send a signal to a process that may just have gone."""
    try:
        process.send_signal(signal)
    except psutil.Error:
        return


def wait_for(process: psutil.Process, seconds: float) -> None:
    """Wait for its end, and kill it when the time is over."""
    try:
        process.wait(seconds)
    except psutil.TimeoutExpired:
        send(process, 9)
        psutil.wait_procs([process], timeout=5)
