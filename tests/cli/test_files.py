"""Files are replaced whole or not at all."""

from __future__ import annotations

import os
import stat
import sys

import pytest

from migrator import files

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes and links")


@pytest.mark.parametrize("data", [b"", b"x", b"\xef\xbb\xbfx\r\n\xff", b"y" * 3_000_000])
def test_reads_bytes(tmp_path, data):
    path = tmp_path / "x.py"
    path.write_bytes(data)
    assert files.read(str(path)) == data


def test_read_says_what_to_do(tmp_path):
    with pytest.raises(files.FileError, match="gone"):
        files.read(str(tmp_path / "x.py"))
    with pytest.raises(files.FileError, match="--exclude"):
        files.read(str(tmp_path))


def test_replaces_the_content_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "x.py"
    path.write_bytes(b"old\r\n")
    assert files.write(str(path), b"old\r\n", b"new\r\n") is None
    assert path.read_bytes() == b"new\r\n"
    assert os.listdir(tmp_path) == ["x.py"]


def test_refuses_a_file_that_changed_meanwhile(tmp_path):
    path = tmp_path / "x.py"
    path.write_bytes(b"somebody else's")
    with pytest.raises(files.FileError, match="changed while"):
        files.write(str(path), b"old", b"new")
    assert path.read_bytes() == b"somebody else's"
    assert os.listdir(tmp_path) == ["x.py"]


@posix
@pytest.mark.parametrize("mode", [0o755, 0o644, 0o600, 0o664])
def test_keeps_the_mode(tmp_path, mode):
    path = tmp_path / "x.py"
    path.write_bytes(b"old")
    path.chmod(mode)
    files.write(str(path), b"old", b"new")
    assert stat.S_IMODE(path.stat().st_mode) == mode


@posix
def test_writes_through_a_link_and_keeps_it(tmp_path):
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "x.py"
    target.write_bytes(b"old")
    link = tmp_path / "x.py"
    link.symlink_to("real/x.py")
    files.write(str(link), b"old", b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert os.listdir(tmp_path / "real") == ["x.py"]


@posix
def test_a_read_only_file_is_refused_even_for_root(tmp_path):
    path = tmp_path / "x.py"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(files.FileError, match="read-only"):
        files.write(str(path), b"old", b"new")
    assert path.read_bytes() == b"old"


@posix
def test_hard_links_are_told_of(tmp_path):
    path, other = tmp_path / "x.py", tmp_path / "y.py"
    path.write_bytes(b"old")
    other.hardlink_to(path)
    remark = files.write(str(path), b"old", b"new")
    assert remark is not None
    assert "hard-linked" in remark
    assert other.read_bytes() == b"old"


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "x.py"
    path.write_bytes(b"old")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(files.FileError, match="No space left on device"):
        files.write(str(path), b"old", b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["x.py"]


def test_what_is_no_regular_file_is_refused(tmp_path):
    with pytest.raises(files.FileError, match="regular file"):
        files.write(str(tmp_path), b"old", b"new")


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="gives files away")
def test_keeps_the_owner_where_that_is_allowed(tmp_path):
    path = tmp_path / "x.py"
    path.write_bytes(b"old")
    os.chown(path, 1234, 2345)
    assert files.write(str(path), b"old", b"new") is None
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 2345)


@posix
def test_says_that_the_owner_could_not_be_kept(tmp_path, monkeypatch):
    path = tmp_path / "x.py"
    path.write_bytes(b"old")
    own = path.stat()

    class Foreign:
        st_uid, st_gid = own.st_uid + 1, own.st_gid

    def refuse(handle, user, group):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "fchown", refuse)
    with path.open("rb") as file:
        text = files._copy_owner(file.fileno(), Foreign)
    assert text == f"could not keep whose it is: owner {own.st_uid + 1} became {own.st_uid}"
