"""The files read by the workers of a Dask cluster: the same parts and results as by processes of this machine.

Dask is an extra (`nianbao[cluster]`) and imported only here. What the workers must know is sent once, and kept by
them; a worker that is lost has its parts read by another.
"""

from __future__ import annotations

import logging
import pickle
import socket
import threading
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nianbao.assets import program_named
from nianbao.gathering.found import Found
from nianbao.messages import say
from nianbao.problems import refuse
from nianbao.returned.in_turn import InTurn
from nianbao.returned.parts import parts
from nianbao.returned.travel import Travel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from nianbao.gathering.found import Trouble
    from nianbao.problems import OfficeError
    from nianbao.returned.judging import Judge
    from nianbao.returned.parts import Part, Reading
    from nianbao.returned.returns import Checked
    from nianbao.returned.travel import Packed

MOST = 128
"""Files of a part, as in a pool."""
AHEAD = 3
"""Parts given out for each thread of the cluster's workers, however many there are by now."""
CONNECT = "15s"
RUNNING = "running"
LOOK = 20
"""Seconds after which a result that has not come makes us look whether any worker is left."""
LONGEST = 300
KEPT = 8
"""Judges of one worker: one for each of its threads, for the latest commands."""


def clustered(
    reading: Reading, files: Iterator[Found | Trouble], tell: Callable[[int], None], *, address: str
) -> Iterator[list[Checked]]:
    """The files read by the cluster whose scheduler is at `address`. Raises OfficeError where it cannot."""
    way, here, program = InTurn(parts(map(_from_anywhere, files), MOST)), Travel(), program_named()
    with _unlogged(), _client(address) as client:
        known = client.submit(bytes, pickle.dumps(reading), pure=False)
        executor = client.get_executor(pure=False)
        for result in way.results(
            lambda part: executor.submit(_read, program, known, part),
            lambda: AHEAD * _threads(client, address),
            lambda future: _patiently(future, lambda: _threads(client, address)),
        ):
            tell(len(result))
            yield here.unpacked(result)


def _from_anywhere(file: Found | Trouble) -> Found | Trouble:
    """The file with a path that does not start at this process's folder."""
    if isinstance(file, Found) and isinstance(file.source, Path):
        return replace(file, source=file.source.absolute())
    return file


@contextmanager
def _unlogged() -> Iterator[None]:
    """What Dask tells by the way is for whoever keeps the cluster: here the office is told what is wrong."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


@contextmanager
def _client(address: str) -> Iterator[Any]:
    """A client of the cluster; what the cluster fails at is told as an OfficeError."""
    try:
        from distributed import Client, KilledWorker  # noqa: PLC0415 -- a second, for those who ask for it
        from distributed.comm.core import CommClosedError  # noqa: PLC0415
    except ImportError as error:
        raise refuse(say("用 --cluster 要先装好 Dask。请运行 pip install 'nianbao[cluster]'。")) from error
    _check_certificates(address)
    try:
        client = Client(address, timeout=CONNECT, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise _unreachable(address) from error
    with client:
        try:
            yield client
        except (OSError, ImportError, RuntimeError, CancelledError, KilledWorker) as error:
            lost = isinstance(error, CommClosedError) or client.status != RUNNING
            raise (_lost(address) if lost else _failed(address, error)) from error


def _threads(client: Any, address: str) -> int:
    """How many threads read, by now."""
    threads = sum(client.nthreads().values())
    if threads:
        return int(threads)
    try:
        client.wait_for_workers(1, timeout=CONNECT)
    except TimeoutError as error:
        message = say("集群 {address} 上没有工作进程。请先在各台机器上启动 dask worker。", address=address)
        raise refuse(message) from error
    return 1


def _patiently(future: Future[list[Packed]], look: Callable[[], int]) -> list[Packed]:
    """The result, waited for as long as anybody is there to bring it."""
    while True:
        try:
            return future.result(LOOK)
        except TimeoutError:
            if future.done():
                raise
            look()


def _unreachable(address: str) -> OfficeError:
    """The complaint about a cluster that does not answer."""
    return refuse(
        say(
            "连不上集群 {address}。请核对地址（如 tcp://主机:8786），并看 dask scheduler 是否在运行。",
            address=address,
        )
    )


def _check_certificates(address: str) -> None:
    """Nothing, or OfficeError where an address asks for certificates that Dask has not been given."""
    if address.startswith("tls://") and not _ssl_context():
        raise refuse(
            say(
                "集群 {address} 要用证书（TLS）。请照 Dask 的说明写好证书的位置（distributed.comm.tls）。",
                address=address,
            )
        )


def _ssl_context() -> Any:
    """What Dask's own settings give for TLS."""
    from distributed import Security  # noqa: PLC0415 -- as in `_client`

    settings: Any = Security
    return settings().get_connection_args("client").get("ssl_context")


def _lost(address: str) -> OfficeError:
    """The complaint about a scheduler that is gone."""
    return refuse(
        say(
            "与集群 {address} 的连接断了。请看 dask scheduler 是否还在运行，再运行一次；记下的结果都在。",
            address=address,
        )
    )


def _failed(address: str, error: BaseException) -> OfficeError:
    """The complaint about a cluster that did not do its work."""
    return refuse(
        say(
            "集群 {address} 没有读完（{error}）。请核对各台机器上 nianbao 和 Dask 的版本，再看工作进程的日志。",
            address=address,
            error=f"{type(error).__name__}: {error}"[:LONGEST],
        )
    )


def _read(program: str, known: bytes, part: Part) -> list[Packed]:
    """A worker's task. `program`: as `program_named` tells it; `known`: the pickled `Reading`."""
    if program != program_named():
        raise refuse(
            say(
                "工作进程（{host}）装的是 nianbao {there}，这里是 {here}。请装成同一版本。",
                host=socket.gethostname(),
                there=program_named(),
                here=program,
            )
        )
    _see(part)
    return Travel().packed(_judge(known, threading.get_ident()).judge(part))


def _see(part: Part) -> None:
    """Nothing, or OfficeError where the files' folder is not on this machine: else every file would be at fault."""
    sources = (file.source for file in part if isinstance(file, Found))
    source = next((source for source in sources if isinstance(source, Path)), None)
    if source and not source.parent.is_dir():
        raise refuse(
            say(
                "工作进程（{host}）看不到这个文件夹。请把表放在各台机器按同一路径都能打开的共享文件夹里。",
                host=socket.gethostname(),
            ),
            file=str(source.parent),
        )


@lru_cache(KEPT)
def _judge(known: bytes, _: int) -> Judge:
    """The judge of a thread."""
    reading: Reading = pickle.loads(known)  # noqa: S301 -- whoever reaches a worker can run anything there (docs/scale.md)
    return reading.judge()
