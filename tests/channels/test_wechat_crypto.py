"""The envelope of WeCom and the Official Account: published vectors, our own, an oracle, every padding."""

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto
from wechatpy.crypto.base import BasePrpCrypto
from wechatpy.enterprise.crypto import WeChatCrypto as WorkCrypto

from bot.channels.wechat_crypto import BLOCK, Envelope, Forged, Sealed, decrypt, encrypt, key_of, signature

TOKEN, KEY, APP = "fengsi", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx1234567890abcdef"
OWN = json.loads((Path(__file__).parent / "wechat_vectors.json").read_text("utf-8"))


def envelope(**more: str) -> Envelope:
    told = {"token": TOKEN, "encoding_aes_key": KEY, "receiver": APP} | more
    return Envelope(**told)


@pytest.mark.parametrize("vector", OWN, ids=lambda vector: vector["id"])
def test_envelope_matches_our_own_vectors(vector: dict[str, Any]) -> None:
    """What an independent implementation (openssl, by hand) sealed, opens to the byte, and the other way."""
    box = Envelope(vector["token"], vector["encoding_aes_key"], vector["receive_id"])
    random, plain = bytes.fromhex(vector["random16"]), bytes.fromhex(vector["plain"])

    sealed = box.seal(plain, vector["timestamp"], vector["nonce"], random)

    assert sealed == Sealed(vector["encrypted"], vector["signature"], vector["timestamp"], vector["nonce"])
    assert box.open(sealed) == plain


@pytest.mark.shared
def test_envelope_matches_every_published_vector(shared: Path) -> None:
    """Official documents, official samples, wechatpy: raw bytes are compared, nothing is parsed."""
    vectors = json.loads((shared / "data" / "wecom-crypto-vectors.json").read_text("utf-8"))

    for vector in vectors:
        _matches(vector)
    assert len(vectors) == 11


def _matches(vector: dict[str, Any]) -> None:
    if vector["kind"] == "sha1_3":
        assert vector["expect_signature"] == signature(vector["token"], vector["timestamp"], vector["nonce"])
        return
    box = Envelope(vector["token"], vector["encoding_aes_key"], vector["receive_id"])
    if vector["kind"] == "encrypt":
        timestamp, nonce = vector.get("timestamp", "1"), vector.get("nonce", "2")
        sealed = box.seal(vector["plaintext"].encode(), timestamp, nonce, vector["random16"].encode())
        assert vector["expect_encrypted"] == sealed.encrypted
        assert vector.get("expect_signature", sealed.signature) == sealed.signature
        return
    sealed = Sealed(vector["encrypted"], vector["msg_signature"], vector["timestamp"], vector["nonce"])
    plain = box.open(sealed)
    assert vector.get("expect_plaintext", vector["observed_plaintext"]).encode() == plain
    assert all(part.encode() in plain for part in vector.get("expect_contains", ()))


@given(message=st.text(max_size=400), receiver=st.sampled_from(["", APP, "社区"]))
def test_envelope_gives_back_what_was_sealed(message: str, receiver: str) -> None:
    """Every text, emoji among it, for every receiver, the empty one of a WeCom bot too."""
    box = envelope(receiver=receiver)

    assert box.open(box.seal(message.encode(), "1", "2")) == message.encode()


@pytest.mark.parametrize("length", range(2 * BLOCK + 1))
def test_padding_of_every_length_is_taken_off(length: int) -> None:
    """PKCS#7 to 32: one byte at least, a whole block where the length already fits."""
    sealed = encrypt(key_of(KEY), b"x" * length)

    assert len(sealed) == (length // BLOCK + 1) * BLOCK
    assert decrypt(key_of(KEY), sealed) == b"x" * length


@settings(max_examples=100)
@given(message=st.text(max_size=200))
def test_envelope_is_read_by_wechatpy_and_reads_it(message: str) -> None:
    """An independent library as oracle, both ways."""
    theirs = WeChatCrypto(TOKEN, KEY, APP)
    text = message.replace("\x00", "").strip()
    box = envelope()

    sealed = box.seal(text.encode(), "1411525903", "461056294")
    opened = BasePrpCrypto(theirs.key)._decrypt(sealed.encrypted, APP)
    encrypted = BasePrpCrypto(theirs.key)._encrypt(text, APP)
    encrypted = encrypted.decode() if isinstance(encrypted, bytes) else encrypted
    theirs_signed = signature(TOKEN, "1", "2", encrypted)

    assert (opened.decode() if isinstance(opened, bytes) else opened) == text
    assert box.open(Sealed(encrypted, theirs_signed, "1", "2")).decode() == text


def test_verification_is_answered_as_wechatpy_does() -> None:
    """The echo of a callback address is the message inside the envelope."""
    sealed = envelope().seal(b"1616140317555161061", "1409659589", "263014780")
    theirs = WorkCrypto(TOKEN, KEY, APP)

    echo = theirs.check_signature(sealed.signature, sealed.timestamp, sealed.nonce, sealed.encrypted)

    assert envelope().open(sealed).decode() == (echo.decode() if isinstance(echo, bytes) else echo)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"signature": "0" * 40}, "signature"),
        ({"signature": ""}, "signature"),
        ({"signature": "é"}, "signature"),
        ({"timestamp": "2"}, "signature"),
        ({"nonce": "3"}, "signature"),
        ({"encrypted": "AAAA"}, "signature"),
    ],
)
def test_envelope_refuses_what_was_changed(change: dict[str, str], why: str) -> None:
    """Nothing is decrypted before the signature held."""
    sealed = envelope().seal(b"{}", "1", "2")
    parts = {name: getattr(sealed, name) for name in ("encrypted", "signature", "timestamp", "nonce")}

    with pytest.raises(Forged, match=why):
        envelope().open(Sealed(**(parts | change)))


@pytest.mark.parametrize("place", range(40))
def test_signature_counts_to_its_last_character(place: int) -> None:
    """One wrong character anywhere is a wrong signature."""
    sealed = envelope().seal(b"{}", "1", "2")
    wrong = "0" if sealed.signature[place] != "0" else "1"
    forged = sealed.signature[:place] + wrong + sealed.signature[place + 1 :]

    with pytest.raises(Forged, match="signature"):
        envelope().open(Sealed(sealed.encrypted, forged, "1", "2"))


@pytest.mark.parametrize(
    ("encrypted", "why"),
    [
        ("", "length"),
        ("!", "base64"),
        ("中文", "base64"),
        (base64.b64encode(b"x" * 15).decode(), "length"),
        (base64.b64encode(b"x" * 32).decode(), "padding"),
        (base64.b64encode(encrypt(key_of(KEY), b"")).decode(), "length"),
        (base64.b64encode(encrypt(key_of(KEY), b"r" * 16 + b"\xff\xff\xff\xff" + b"{}")).decode(), "length"),
        (base64.b64encode(encrypt(key_of(KEY), b"r" * 16 + b"\x00\x00\x00\x02" + b"{}other")).decode(), "receiver"),
    ],
)
def test_envelope_refuses_what_is_malformed_inside(encrypted: str, why: str) -> None:
    """Signed, but no envelope, or another app's: refused by name, never an error of ours."""
    with pytest.raises(Forged, match=why):
        envelope().open(Sealed(encrypted, signature(TOKEN, "1", "2", encrypted), "1", "2"))


def test_forged_envelopes_cost_next_to_nothing() -> None:
    """10,000 forged envelopes: none opens, none costs more than 5 ms."""
    box, slowest = envelope(), 0.0
    good = box.seal("说事 三号楼电梯又停了".encode() * 40, "1", "2").encrypted
    for number in range(10_000):
        began = time.thread_time()
        with pytest.raises(Forged):
            box.open(Sealed(good, f"{number:040x}", "1", "2"))
        slowest = max(slowest, time.thread_time() - began)

    assert slowest < 0.005


@pytest.mark.parametrize("key", ["", "short", KEY + "AAAA", "!" * 43])
def test_key_is_refused_when_it_is_none(key: str) -> None:
    """An EncodingAESKey has 43 characters and gives 32 bytes."""
    with pytest.raises(ValueError):  # noqa: PT011 - what is wrong is told by the config
        key_of(key)
