"""Keys outside the database: pseudonyms for looking a client up, encryption for storing what identifies one.

A BSN has at most 10^9 values, so an unkeyed hash would be no protection: HMAC-SHA-256 for look-up,
AES-256-GCM (random 96-bit nonce, the place of the value as associated data) for storage.
"""

import base64
import hashlib
import hmac
import os
import secrets
import zlib
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_KEY_BYTES = 32


class KeyRing:
    """The current key and, after a rotation, older ones that can still decrypt; each has a one-byte id."""

    def __init__(self, keys: dict[int, bytes], current: int) -> None:
        if current not in keys or any(len(key) != _KEY_BYTES for key in keys.values()):
            raise ValueError("a key ring needs its current key, and keys of 32 bytes")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._current = current

    def encrypt(self, plain: bytes, place: str) -> bytes:
        """Key id, nonce and ciphertext. ``place`` (table.column:row) binds the value to where it stands."""
        nonce = os.urandom(_NONCE_BYTES)
        return bytes([self._current]) + nonce + self._ciphers[self._current].encrypt(nonce, plain, place.encode())

    def decrypt(self, sealed: bytes, place: str) -> bytes:
        """The plain bytes; ``cryptography.exceptions.InvalidTag`` when the value or its place was changed."""
        nonce = sealed[1 : 1 + _NONCE_BYTES]
        return self._ciphers[sealed[0]].decrypt(nonce, sealed[1 + _NONCE_BYTES :], place.encode())

    def seal_document(self, document: bytes, place: str) -> bytes:
        """A message as received: compressed, then encrypted."""
        return self.encrypt(compress(document), place)

    def open_document(self, sealed: bytes, place: str) -> bytes:
        """The message to the byte as it came in."""
        return zlib.decompress(self.decrypt(sealed, place))


class Crypto:
    """The two things services do with what identifies a client."""

    def __init__(self, pseudonym_key: bytes, ring: KeyRing) -> None:
        self._pseudonym_key = pseudonym_key
        self._ring = ring

    def pseudonym(self, bsn: str) -> str:
        """24 hex digits that stand for the client in events, keys and look-ups."""
        return pseudonymise(self._pseudonym_key, bsn)

    @property
    def ring(self) -> KeyRing:
        """What encrypts and decrypts."""
        return self._ring

    @property
    def pseudonym_key(self) -> bytes:
        """For worker processes, which make pseudonyms of whole declaraties."""
        return self._pseudonym_key


def compress(document: bytes) -> bytes:
    """What ``seal_document`` encrypts; a worker process does it for a large message."""
    return zlib.compress(document, 1)


def pseudonymise(key: bytes, bsn: str) -> str:
    """As ``Crypto.pseudonym``, for a process that holds only the key."""
    return hmac.new(key, bsn.encode(), hashlib.sha256).hexdigest()[:24]


class Keyless(Crypto):
    """For services that open no message: they have no keys, so they cannot give any away."""

    def __init__(self) -> None:
        """Without what ``Crypto`` keeps."""

    def pseudonym(self, bsn: str) -> str:
        """Never."""
        raise _no_keys()

    @property
    def pseudonym_key(self) -> bytes:
        """Never."""
        raise _no_keys()

    @property
    def ring(self) -> KeyRing:
        """Never."""
        raise _no_keys()


def _no_keys() -> RuntimeError:
    return RuntimeError("this service says that it needs no keys")


def load_crypto(folder: Path, *, make: bool = True) -> Crypto:
    """The keys in ``folder``; with ``make`` those that are missing are made (readable by the owner alone).

    Without it ``FileNotFoundError``: a second set of keys would give every client a second pseudonym.
    """
    load = _load_or_make if make else _read
    pseudonym = load(folder / "pseudoniem.key")
    storage = load(folder / "opslag-1.key")
    rotated = {int(path.stem.removeprefix("opslag-")): _read(path) for path in sorted(folder.glob("opslag-*.key"))}
    rotated.setdefault(1, storage)
    return Crypto(pseudonym, KeyRing(rotated, max(rotated)))


def write_private(path: Path, content: bytes) -> bool:
    """Write a secret once, readable by the owner alone; False when another process was first.

    Written beside and linked into place, so that nobody ever reads half a key.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        try:
            os.link(beside, path)
        except FileExistsError:
            return False
        _sync_folder(path.parent)
        return True
    finally:
        beside.unlink()


def _sync_folder(folder: Path) -> None:
    """A power cut may not take the key and leave what was encrypted with it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _load_or_make(path: Path) -> bytes:
    if not path.exists():
        write_private(path, base64.b64encode(secrets.token_bytes(_KEY_BYTES)) + b"\n")
    return _read(path)


def _read(path: Path) -> bytes:
    key = base64.b64decode(path.read_bytes())
    if len(key) != _KEY_BYTES:
        raise ValueError(f"{path} does not hold a key of 32 bytes in base64")
    return key
