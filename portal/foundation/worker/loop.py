"""The worker's process: e-mails and tasks, each in a thread of its own, until it is told to stop."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable

from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from portal.foundation.outbox.delivery import deliver_due
from portal.foundation.outbox.transport import transport
from portal.foundation.worker.running import run_due

PAUSE_SECONDS = 1.0
PAUSE_AFTER_ERROR = 5.0
logger = logging.getLogger(__name__)


def work_forever() -> None:
    """Delivers the outbox and runs what is due until SIGTERM or SIGINT; what is under way is finished first.

    A slow mail server holds up no task, and a long task holds up no e-mail with a sign-in code. Both outlive a
    database that goes away. Without a mail server only the tasks run; the e-mails wait.
    """
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *arguments: stopped.set())
    jobs: list[Callable[[], object]] = [lambda: run_due(stop=stopped.is_set)]
    if mail_server_is_set():
        jobs.append(lambda: deliver_due(limit=5))
    threads = [threading.Thread(target=repeat, args=(job, stopped)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def mail_server_is_set() -> bool:
    """Whether e-mails can leave; says in the log why not."""
    try:
        transport()
    except ImproperlyConfigured as error:
        logger.warning("no e-mail is sent: %s", error)
        return False
    return True


def repeat(job: Callable[[], object], stopped: threading.Event) -> None:
    """Does the job again and again until ``stopped``; pauses when there was nothing to do, longer after an error."""
    try:
        while not stopped.is_set():
            try:
                pause = 0.0 if job() else PAUSE_SECONDS
            except (OperationalError, InterfaceError):
                pause = PAUSE_AFTER_ERROR
                logger.warning("the database does not answer; trying again in %s seconds", PAUSE_AFTER_ERROR)
            except Exception:  # a defect of ours must not end the worker in silence
                pause = PAUSE_AFTER_ERROR
                logger.exception("the worker stumbled")
            close_old_connections()
            stopped.wait(pause)
    finally:
        connection.close()
