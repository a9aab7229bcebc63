"""The address the web process listens on: whether it is free, and whether all is up behind it."""

from __future__ import annotations

import http.client
import json
import socket
from dataclasses import dataclass

from feedback.errors import BadSetting

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


@dataclass(frozen=True)
class Address:
    """A host and a port to listen on."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """As a person on this machine types it."""
        host = EVERYWHERE.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def free_address(host: str, port: int) -> Address:
    """The address, if we may listen on it; port 0 is any free one. Raises `BadSetting`."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(place)
            return Address(host, listener.getsockname()[1])
    except (OSError, OverflowError) as trouble:
        why = getattr(trouble, "strerror", "") or str(trouble)
        raise BadSetting(f"Port {port} on {host} cannot be used: {why}. Choose another one with --port.") from None


def ask_for_health(address: Address, name: str, seconds: float = 5) -> dict[str, object] | None:
    """What `/healthz` answers to the host name `name`; None when nobody answers sensibly."""
    host = EVERYWHERE.get(address.host, address.host)
    connection = http.client.HTTPConnection(host, address.port, timeout=seconds)
    try:
        connection.request("GET", "/healthz", headers={"Host": name})
        answer = json.loads(connection.getresponse().read())
        return answer if isinstance(answer, dict) else None
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()
