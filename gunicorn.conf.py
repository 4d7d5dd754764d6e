"""How gunicorn serves trialboard: `gunicorn app:server` reads this file by itself."""

import os

# the matrices are small: threads of their own inside numpy would only get in each other's way; it reads this when it
# is first imported
for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

from callbacks.log import as_json  # noqa: E402
from settings import Settings  # noqa: E402

settings = Settings()

# one line of JSON for each request and error, and what the program says while it reads the trials, to the console
logconfig_dict = as_json(settings.log_level)

bind = f"{settings.host}:{settings.port}"
workers = settings.workers
threads = settings.threads
worker_class = "worker.PatientWorker"
# seconds a connection may stay without a whole request: readers think for longer than gunicorn's two
keepalive = 15
timeout = settings.timeout
# the trials are read once and shared by the workers
preload_app = True
# a worker that is told to stop finishes what it was asked
graceful_timeout = 20
# the heartbeat of the workers is a file that must not lie on a disk, nor on a root that is read-only
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108  # nosec B108
# gunicorn 27 would open a control socket in the home directory
control_socket_disable = True


def when_ready(server):
    """Compute what every reader sees first before the workers are forked."""
    from app import server as application  # noqa: PLC0415 - the app is loaded by gunicorn, not by its configuration
    from callbacks.views import warm  # noqa: PLC0415

    warm(application.config["WORKSPACE"])


def post_worker_init(worker):
    """Print the address as soon as the first worker answers."""
    if worker.age == 1:
        print(f"trialboard is ready on http://localhost:{settings.port}{settings.prefix}", flush=True)  # noqa: T201
