"""How gunicorn serves trialboard: `gunicorn app:server` reads this file by itself."""

import logging
import os

from settings import Settings

settings = Settings()

# what the program says while it reads the trials goes to the console
logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")

bind = f"{settings.host}:{settings.port}"
workers = settings.workers
threads = settings.threads
worker_class = "worker.PatientWorker"
# seconds a connection may stay without a whole request: readers think for longer than gunicorn's two
keepalive = 15
timeout = settings.timeout
# the matrices are small: threads of their own inside numpy would only get in each other's way
os.environ.setdefault("OMP_NUM_THREADS", "1")
# the trials are read once and shared by the workers
preload_app = True
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
