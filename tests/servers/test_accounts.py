"""Whom the servers run as, and what that account can reach."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.servers.accounts import Account, closed_parent, make_folder, servers_account
from feedback.errors import BadSetting

STRANGER = Account("stranger", 54321, 54321)


def test_an_ordinary_user_runs_the_servers_as_themselves(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        assert servers_account(tmp_path).uid != 0
    else:
        assert servers_account(tmp_path) is None


def test_a_closed_folder_on_the_way_is_found(tmp_path: Path) -> None:
    (tmp_path / "closed" / "inner").mkdir(parents=True)
    tmp_path.chmod(0o711)
    (tmp_path / "closed").chmod(0o700)
    found = closed_parent(tmp_path / "closed" / "inner" / "data", STRANGER)
    assert found is not None
    assert (tmp_path / "closed").is_relative_to(found)
    assert closed_parent(tmp_path / "closed" / "inner" / "data", None) is None


def test_a_folder_is_made_with_its_mode(tmp_path: Path) -> None:
    make_folder(tmp_path / "run", 0o711)
    make_folder(tmp_path / "run", 0o711)
    assert (tmp_path / "run").stat().st_mode & 0o777 == 0o711


def test_a_link_in_the_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").symlink_to(tmp_path)
    with pytest.raises(BadSetting, match="belongs to somebody else"):
        make_folder(tmp_path / "run", 0o711)
