"""The key that signs forms: made once, kept, shared by all processes, and nobody else's to read."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tracker.config import Settings
from tracker.domain.errors import Unavailable
from tracker.web.secret import secret_key


def test_a_key_that_is_set_is_taken_and_nothing_is_written(tmp_path):
    assert secret_key(Settings(data_dir=tmp_path / "data", secret_key="ours")) == "ours"
    assert not (tmp_path / "data").exists()


def test_without_one_a_long_one_is_made_and_kept_for_the_owner_of_the_process_only(tmp_path):
    settings = Settings(data_dir=tmp_path / "data")
    key = secret_key(settings)
    assert len(key) == 64 and secret_key(settings) == key
    [file] = (tmp_path / "data").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_many_that_start_at_once_have_the_same_key(tmp_path):
    settings = Settings(data_dir=tmp_path / "data")
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: secret_key(settings), range(64)))
    assert len(keys) == 1
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["secret_key"]


def test_a_place_that_cannot_be_written_is_said_with_what_to_do(tmp_path):
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(Unavailable, match="TRACKER_DATA_DIR"):
        secret_key(Settings(data_dir=tmp_path / "data"))
