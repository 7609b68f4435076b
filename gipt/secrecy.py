"""Field encryption and blind indexes (decision 28).

A value is sealed with AES-256-GCM; `table.column` is bound to it, so a sealed value cannot be moved to another
column. Equal values look different at rest; what must be found again is indexed by a keyed hash.
"""

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from gipt.config import Keys

VERSION = b"\x01"
NONCE_BYTES = 12
INDEX_CHARACTERS = 32
"""Hex characters kept of a blind index: 128 bits, far beyond chance meetings."""


class CannotUnseal(Exception):
    """The key does not fit the value, or the value was changed."""


# Asked for every sealed value: the application itself, without what Flask wraps round it.
_application = current_app._get_current_object  # type: ignore[attr-defined]


def current_keys() -> Keys:
    """Give the keys of the running application."""
    keys: Keys = _application().extensions["gipt.keys"]
    return keys


@lru_cache(maxsize=8)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def seal(text: str, where: str, key: bytes) -> bytes:
    """Encrypt `text` for the place `where` ("table.column"): version, nonce, ciphertext with tag."""
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + _cipher(key).encrypt(nonce, text.encode("utf-8"), where.encode("ascii"))


def unseal(sealed: bytes, where: str, key: bytes) -> str:
    """Decrypt what `seal` made for the same place; raise CannotUnseal when key, place or bytes do not fit."""
    if sealed[:1] != VERSION:
        raise CannotUnseal(where)
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return _cipher(key).decrypt(nonce, body, where.encode("ascii")).decode("utf-8")
    except (InvalidTag, ValueError) as error:  # ValueError: cut short
        raise CannotUnseal(where) from error


def blind_index(value: str, purpose: str, key: bytes | None = None) -> str:
    """Give the keyed hash under which `value` is found again; `purpose` keeps indexes of two columns apart."""
    key = current_keys().index if key is None else key
    return hmac.new(key, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()[:INDEX_CHARACTERS]
