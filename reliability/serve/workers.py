"""Several server processes on one machine, with nginx in front: who came to one stays with it while it lives.

Each process is the whole app on a loopback port of its own; they share the data folder. The gate of each sees nginx,
thus this machine, as the sender: with mode `local` the Host name decides, and nginx listens on this machine only.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from reliability.errors import ReliabilityError, SettingsError
from reliability.serve.start import policy_or_exit
from reliability.settings.access import PROXY

APP = Path(__file__).resolve().parents[2] / "app.py"
COOKIE = "review_worker"
_LOOK_SECONDS = 0.2
_END_SECONDS = 10
_AGAIN_SECONDS = 2.0
"""A worker that ends is started again, but not more often than this."""

# One heap per thread keeps memory that no other thread can use: 640 MB after every page at a million incidents, 510 MB
# with two for all (benchmarks/README.md).
_HEAPS = {"MALLOC_ARENA_MAX": "2"}


def serve(data_dir: Path, host: str, port: int, workers: int) -> int:
    """Serve until a signal ends it; returns the exit code. Raises ReliabilityError where it cannot begin."""
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if nginx is None:
        raise ReliabilityError(
            "nginx is not installed, and it balances the load", "serve", "Debian: apt-get install nginx."
        )
    if not 0 < port < 65536 or not _is_free(host, port):
        raise ReliabilityError(
            "somebody else listens there", f"{host}:{port}", "Name another port with --port."
        )
    policy = policy_or_exit(data_dir, host)
    if policy.mode == PROXY:
        remedy = "Let that proxy balance the load itself (docs/deploy.md), or run one process."
        raise SettingsError(
            "workers would see nginx in your proxy's place", "review.toml, [access] mode", remedy
        )
    signal.signal(signal.SIGTERM, _interrupt)
    with tempfile.TemporaryDirectory(prefix="reliability-") as folder:
        ports = _free_ports(workers)
        settings = Path(folder) / "nginx.conf"
        settings.write_text(nginx_settings(Path(folder), host, port, ports), encoding="utf-8")
        Path(folder).chmod(0o711)  # nginx's own processes may be another user's
        # One secret for all: what one worker signed for a browser, the others believe.
        secret = {"STREAMLIT_SERVER_COOKIE_SECRET": secrets.token_hex(32), "RELIABILITY_DATA": str(data_dir)}
        running = [_Process(_worker(number), {**_HEAPS, **os.environ, **secret}) for number in ports]
        front = _Process([nginx, "-e", "stderr", "-c", str(settings)], dict(os.environ))
        try:
            print(f"Serving on http://{_named(host)}:{port} with {workers} workers.", flush=True)
            return _watch(front, running)
        except KeyboardInterrupt:
            return 0
        finally:
            for process in (front, *running):
                process.process.terminate()
            for process in (front, *running):
                process.end()


@dataclass
class _Process:
    """A program that is to run on."""

    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] = field(init=False)
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, env=self.environment, cwd=APP.parent)
        self.began = time.monotonic()

    def end(self) -> None:
        try:
            self.process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _watch(front: _Process, running: list[_Process]) -> int:
    """Start workers again that end; end with nginx."""
    while True:
        time.sleep(_LOOK_SECONDS)
        if (code := front.process.poll()) is not None:
            print(f"error: nginx ended ({code})", file=sys.stderr, flush=True)
            return 2
        for worker in running:
            code = worker.process.poll()
            if code is not None and time.monotonic() - worker.began > _AGAIN_SECONDS:
                print(f"A worker ended ({code}) and is started again.", file=sys.stderr, flush=True)
                worker.start()


def nginx_settings(folder: Path, host: str, port: int, workers: list[int]) -> str:
    """Return nginx's settings. folder: for its passing files. workers: their ports on this machine.

    Who comes without the cookie gets a worker by chance and the cookie. Where that worker does not answer, another one
    does, and the cookie names that one from then on: a page, its WebSocket and its files belong to one process.
    """
    numbers = range(len(workers))
    share = 100 / len(workers)
    chances = "\n".join(f"        {f'{share:.2f}%' if n < len(workers) - 1 else '*'} {n};" for n in numbers)
    known = "\n".join(f"        {n} {n};" for n in numbers)
    served = "\n".join(f'        "~:{p}$" {n};' for n, p in enumerate(workers))
    same = "\n".join(f'        "{n}:{n}" "";' for n in numbers)
    upstreams = "\n".join(_upstream(n, workers) for n in numbers)
    places = "\n".join(
        f"    {name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    address = f"[{host}]" if ":" in host else host
    return f"""daemon off;
pid {folder}/nginx.pid;
worker_processes 1;
events {{ worker_connections 4096; }}
http {{
    access_log off;
{places}
    server_tokens off;
    map $http_upgrade $connection_passed {{ default upgrade; "" ""; }}
    split_clients $request_id $drawn {{
{chances}
    }}
    map $cookie_{COOKIE} $worker {{
        default $drawn;
{known}
    }}
    map $upstream_addr $served {{
        default "";
{served}
    }}
    map "$cookie_{COOKIE}:$served" $named {{
        default "{COOKIE}=$served; Path=/; HttpOnly; SameSite=Lax";
        "~:$" "";
{same}
    }}
{upstreams}
    server {{
        listen {address}:{port};
        client_max_body_size 0;
        proxy_request_buffering off;
        proxy_http_version 1.1;
        proxy_connect_timeout 2s;
        proxy_read_timeout 1h;
        proxy_send_timeout 1h;
        location / {{
            proxy_pass http://worker_$worker;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_passed;
            proxy_set_header X-Request-ID $request_id;
            add_header Set-Cookie $named always;
        }}
    }}
}}
"""


def _upstream(number: int, workers: list[int]) -> str:
    """Return the servers of one worker's people: itself, and when it does not answer everyone, twice each in all.

    nginx shuts no server out: one slip of a healthy worker while the other is dead would refuse everybody for seconds,
    and asking a dead port of this machine costs nothing. Connections are not kept, since a worker may close an idle one
    in the very moment in which nginx uses it again.
    """
    order = [workers[number], *(port for n, port in enumerate(workers) if n != number)]
    spare = "".join(f" server 127.0.0.1:{port} backup max_fails=0;" for port in [*order, *order[1:]])
    return f"    upstream worker_{number} {{ server 127.0.0.1:{workers[number]} max_fails=0;{spare} }}"


def _worker(port: int) -> list[str]:
    options = ["--server.address=127.0.0.1", f"--server.port={port}", "--server.headless=true"]
    return [sys.executable, "-m", "streamlit", "run", str(APP), *options]


def _free_ports(number: int) -> list[int]:
    """Ports of this machine that nobody listens on, all different."""
    held = [socket.socket() for _ in range(number)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in held]
    finally:
        for one in held:
            one.close()


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _named(host: str) -> str:
    return "localhost" if host == "127.0.0.1" else f"[{host}]" if ":" in host else host


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
