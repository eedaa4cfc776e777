"""Pseudonyms are stable and keyed; what is encrypted is bound to its place and survives a rotation."""

import base64
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from services.platform.crypto import Crypto, Keyless, KeyRing, load_crypto, pseudonymise, write_private

RING = KeyRing({1: bytes(32)}, 1)


@given(st.binary(max_size=2000), st.text(max_size=40))
def test_what_went_in_comes_out(plain: bytes, place: str) -> None:
    assert RING.decrypt(RING.encrypt(plain, place), place) == plain
    assert RING.open_document(RING.seal_document(plain, place), place) == plain


@given(st.binary(min_size=1, max_size=200), st.data())
def test_a_changed_byte_is_noticed(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(RING.encrypt(plain, "t.k:1"))
    position = data.draw(st.integers(1, len(sealed) - 1))
    sealed[position] ^= 1
    with pytest.raises(InvalidTag):
        RING.decrypt(bytes(sealed), "t.k:1")


def test_a_value_moved_to_another_row_is_noticed() -> None:
    with pytest.raises(InvalidTag):
        RING.decrypt(RING.encrypt(b"999900006", "clienten.bsn:1"), "clienten.bsn:2")


def test_the_same_value_never_looks_the_same_twice() -> None:
    assert RING.encrypt(b"999900006", "x") != RING.encrypt(b"999900006", "x")


def test_after_a_rotation_old_values_still_open_and_new_ones_use_the_new_key() -> None:
    old = RING.encrypt(b"oud", "x")
    rotated = KeyRing({1: bytes(32), 2: b"\x01" * 32}, 2)
    assert rotated.decrypt(old, "x") == b"oud"
    assert rotated.encrypt(b"nieuw", "x")[0] == 2


def test_pseudonyms_depend_on_the_key_and_hold_no_bsn() -> None:
    one, two = Crypto(b"a" * 32, RING), Crypto(b"b" * 32, RING)
    assert one.pseudonym("999900006") == pseudonymise(b"a" * 32, "999900006")
    assert one.pseudonym("999900006") != two.pseudonym("999900006")
    assert one.pseudonym("999900006") != one.pseudonym("999900018")
    assert len(one.pseudonym("999900006")) == 24


def test_keys_are_made_once_and_rotation_is_a_new_file(tmp_path: Path) -> None:
    first = load_crypto(tmp_path)
    sealed = first.ring.encrypt(b"x", "p")
    assert load_crypto(tmp_path).pseudonym("1") == first.pseudonym("1")
    write_private(tmp_path / "opslag-2.key", base64.b64encode(b"\x07" * 32))
    later = load_crypto(tmp_path)
    assert later.ring.decrypt(sealed, "p") == b"x"
    assert later.ring.encrypt(b"y", "p")[0] == 2
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.glob("*.key"))


@pytest.mark.parametrize("missing", ["pseudoniem.key", "opslag-1.key"])
def test_keys_that_others_share_are_never_made(tmp_path: Path, missing: str) -> None:
    load_crypto(tmp_path)
    assert load_crypto(tmp_path, make=False).pseudonym("1") == load_crypto(tmp_path).pseudonym("1")
    (tmp_path / missing).unlink()
    with pytest.raises(FileNotFoundError):
        load_crypto(tmp_path, make=False)
    assert not (tmp_path / missing).exists()


def test_who_has_no_keys_gives_none_away() -> None:
    for use in (lambda c: c.pseudonym("999900006"), lambda c: c.pseudonym_key, lambda c: c.ring):
        with pytest.raises(RuntimeError, match="no keys"):
            use(Keyless())
