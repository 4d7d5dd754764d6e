"""How gunicorn's threads are kept for those who have asked something: a connection gets one when its request is whole.

gunicorn's own worker gives a thread to every new connection at once and lets it wait for the client: fifty sockets that
say nothing, or half of something, then keep all others out. Here the bytes are gathered without a thread.
"""

from __future__ import annotations

import re
import selectors
import socket
import struct
import time
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

#: A request longer than this is handed over as it is: the app refuses it by its length, or its parser does.
MOST = 2_000_000
#: Seconds a client may stop while it sends such a request, or while it reads an answer.
STALL = 10
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,12})[ \t]*$", re.IGNORECASE | re.MULTILINE)


def complete(received: bytes) -> bool:
    """Whether the bytes hold a whole request, or nothing more is to be waited for."""
    head, end, body = received.partition(_END)
    if not end:
        return len(received) > MOST
    length = _LENGTH.search(head.replace(b"\r\n", b"\n"))
    return length is None or len(body) >= min(int(length[1]), MOST)


class PatientWorker(ThreadWorker):
    """A threaded worker that waits for requests in its poller, not in its threads."""

    def accept(self, listener: socket.socket) -> None:
        """Take a connection and wait for its first request."""
        try:
            client, address = listener.accept()
        except OSError:
            return
        stall = struct.pack("ll", STALL, 0)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, stall)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, stall)
        self.nr_conns += 1
        self._wait(TConn(self.cfg, client, address, listener.getsockname()))

    def _wait(self, conn: Any) -> None:
        conn.received = b""
        conn.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def on_client_socket_readable(self, conn: Any, client: socket.socket) -> None:
        """A connection that was kept begins another request."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._wait(conn)

    def on_pending_socket_readable(self, conn: Any, client: socket.socket) -> None:
        """Gather what has come; a whole request gets a thread, a client that is gone is let go."""
        try:
            piece = client.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        conn.received += piece
        if piece and not complete(conn.received):
            return
        self.poller.unregister(client)
        self.pending_conns.remove(conn)
        if not piece:
            self.nr_conns -= 1
            conn.close()
            return
        conn.init()
        conn.parser.unreader.unread(conn.received)
        conn.received = b""
        self.enqueue_req(conn)
