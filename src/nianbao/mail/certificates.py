"""Who a mail server has to be: its certificate is held against the system's authorities, or the office's own."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from nianbao.messages import say
from nianbao.problems import refuse

if TYPE_CHECKING:
    from pathlib import Path


def trusted(folder: Path, ca: str) -> ssl.SSLContext:
    """What verifies a server's name and certificate. `ca`: the file of further authorities in the round's folder.

    Raises OfficeError where that file cannot be used.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca:
        path = folder / ca
        try:
            context.load_verify_locations(cafile=str(path))
        except (OSError, ssl.SSLError, ValueError) as error:
            raise refuse(
                say("证书文件读不到，或不是 PEM 格式。请向信息中心要邮件服务器的根证书（.pem、.crt）。"),
                file=str(path),
            ) from error
    return context
