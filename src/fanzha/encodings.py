"""The encodings in which people save texts."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE

_BROKEN = 10
"""In UTF-8 fewer than one sign of so many is broken (a message was cut in the middle of one); of GB18030 read as UTF-8 most are. Ours."""


def decoded(data: bytes) -> str:
    """The text of a file: UTF-16 with its mark, UTF-8 with or without one and with a few broken signs or none, else GB18030.
    UnicodeDecodeError when it is none of them."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        mended = data.decode("utf-8-sig", "replace")
        signs = len(mended) - len(mended.encode("ascii", "ignore"))
        few = mended.count("\ufffd") * _BROKEN < signs
        return mended if few else data.decode("gb18030")
