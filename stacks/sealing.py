"""Small secrets that lie in the database sealed, so that neither it nor a backup gives them away without SECRET_KEY.

What was sealed with an earlier key opens as long as that stands among SECRET_KEY_FALLBACKS. Each seal belongs to a
purpose and an owner: elsewhere it does not open.
"""

import base64
from collections.abc import Iterator
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.utils.crypto import salted_hmac

_MARK = "siv1:"
_SALT = "stacks.sealing"


class Unopened(ValueError):
    """Sealed with a key that is neither SECRET_KEY nor among its fallbacks, for something else, or damaged."""


def seal(secret: bytes, about: str) -> str:
    """The secret as ASCII, 22 letters and a third of 4 longer; the same secret and owner always give the same seal.

    AES-SIV (RFC 5297) needs no nonce: for secrets made at random, of which no two are the same, and short columns.
    """
    sealed = AESSIV(next(_keys())).encrypt(secret, [about.encode()])
    return _MARK + base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def is_sealed(text: str) -> bool:
    return text.startswith(_MARK)


def opened(text: str, about: str) -> bytes:
    """Raises Unopened."""
    data = text.removeprefix(_MARK)
    with suppress(ValueError):  # what is no base64
        sealed = base64.urlsafe_b64decode(data + "=" * (-len(data) % 4))
        for key in _keys():
            with suppress(InvalidTag):
                return AESSIV(key).decrypt(sealed, [about.encode()])
    raise Unopened(f"What is sealed for {about} does not open with SECRET_KEY, nor with one of its fallbacks.")


def fingerprints(secret: str, about: str) -> list[str]:
    """Sixteen letters for a secret that is only ever compared: by the key of today, then by those of before."""
    digests = (salted_hmac(f"{_SALT}.{about}", secret, secret=key, algorithm="sha256") for key in _secrets())
    return [base64.b32encode(digest.digest()[:10]).decode() for digest in digests]


def _secrets() -> Iterator[str]:
    yield from (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def _keys() -> Iterator[bytes]:
    return (salted_hmac(_SALT, "", secret=secret, algorithm="sha512").digest() for secret in _secrets())
