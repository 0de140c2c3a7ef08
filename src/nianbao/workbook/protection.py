"""Workbook structure locked, and sheets under a password whose hash holds."""

from __future__ import annotations

import base64
import hashlib
import struct
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

from lxml import etree

from nianbao.frozen import frozen
from nianbao.workbook.patching import WORKBOOK, rewrite, sheet_parts

if TYPE_CHECKING:
    from collections.abc import Callable

SPINS = 100_000
AFTER_PROTECTION = ("bookViews", "sheets", "functionGroups", "externalReferences", "definedNames", "calcPr")


@frozen
class Password:
    """A sheet password's SHA-512 as ISO/IEC 29500-1, 18.2.29 defines it: salted and spun 100,000 times.

    Costs about 0.1 s, so one is made for a whole round. The 16-bit hash that XlsxWriter and openpyxl write
    is not used: it yields to trial in seconds.
    """

    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, password: str, salt: bytes) -> Password:
        """The hash of `password`; `salt` 16 bytes."""
        digest = hashlib.sha512(salt + password.encode("utf-16-le")).digest()
        for spin in range(SPINS):
            digest = hashlib.sha512(digest + struct.pack("<I", spin)).digest()
        return cls(salt, digest)

    def attributes(self, prefix: str) -> dict[str, str]:
        """The XML attributes; `prefix` is empty for a sheet, `workbook` for the structure."""
        values = {
            "AlgorithmName": "SHA-512",
            "HashValue": _base64(self.digest),
            "SaltValue": _base64(self.salt),
            "SpinCount": str(SPINS),
        }
        return {
            prefix + name if prefix else name[0].lower() + name[1:]: value for name, value in values.items()
        }


def lock(data: bytes, password: Password | None = None) -> bytes:
    """The workbook with its structure locked, and its sheets' protection under the password where there is one."""
    edits: dict[str, Callable[[etree._Element], None]] = {
        WORKBOOK: lambda root: _lock_structure(root, password)
    }
    if password:
        with ZipFile(BytesIO(data)) as archive:
            parts = sheet_parts(archive).values()
        edits |= {part: lambda root: _set_password(root, password) for part in parts}
    return rewrite(data, edits)


def _lock_structure(root: etree._Element, password: Password | None) -> None:
    """`workbookProtection`, before the elements that the schema puts after it."""
    namespace = str(root.tag).rpartition("}")[0] + "}"
    attributes = password.attributes("workbook") if password else {}
    element = etree.Element(f"{namespace}workbookProtection", {**attributes, "lockStructure": "1"})
    follower = next(child for child in root if etree.QName(child).localname in AFTER_PROTECTION)
    root.insert(root.index(follower), element)


def _set_password(root: etree._Element, password: Password) -> None:
    """The sheet's protection gets the hash."""
    for element in root.iter("{*}sheetProtection"):
        for name, value in password.attributes("").items():
            element.set(name, value)


def _base64(data: bytes) -> str:
    """The bytes as text."""
    return base64.b64encode(data).decode("ascii")
