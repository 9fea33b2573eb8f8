"""What came over a connection, read as an HTTP/1.1 reply (RFC 9112): pure functions of bytes.

A page is a few hundred bytes and nearly always comes in one piece. So what there is of a reply is
read from its beginning each time something is added to it: no parser has a state to go wrong.
"""

import json
import re
from functools import lru_cache
from typing import NamedTuple

MOST_HEAD = 65_536
MOST_CHUNK_LINE = 1024
HEAD_END, LINE_END = b"\r\n\r\n", b"\r\n"
STATUS_LINE = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9][0-9])(?: [^\r\n]*)?")
FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*", re.DOTALL)
NO_CONTENT, NOT_MODIFIED, FIRST_FINAL = 204, 304, 200


class ReplyError(Exception):
    """A request that got no correct reply; its message is the class of failure (record.Sample)."""


class Reply(NamedTuple):  # a tuple, here and below: there is one for each request
    """One whole reply. `keep`: the connection may carry another request."""

    status: int
    body: bytes
    keep: bool


class Head(NamedTuple):
    """Status line and header. `length` of the body in bytes, None where only the end tells it."""

    status: int
    length: int | None
    chunked: bool
    keep: bool


Page = tuple[str, str, int]
"""What the counter app says of itself: replica, version, count."""


def read_reply(got: bytes) -> Reply | None:
    """The reply that these bytes are; None while it is not whole, ReplyError when it is none."""
    end = got.find(HEAD_END)
    if end < 0:
        _check_begun(got)
        return None
    head = read_head(got[:end])
    start = end + len(HEAD_END)
    if head.status < FIRST_FINAL:
        return read_reply(got[start:])  # an interim reply: the final one follows
    if head.chunked:
        return _chunked(head, got, start)
    if head.length is None or len(got) < start + head.length:
        return None
    stop = start + head.length
    return Reply(head.status, got[start:stop], head.keep and len(got) == stop)


def _check_begun(got: bytes) -> None:
    if len(got) > MOST_HEAD or not b"HTTP/1.".startswith(got[:7]):
        raise ReplyError("protocol")


@lru_cache(maxsize=64)  # heads repeat: at high rates only their date changes, once a second
def read_head(head: bytes) -> Head:
    """Status line and header without the empty line after them; ReplyError when it is no head."""
    first, *lines = head.split(LINE_END)
    status_line = STATUS_LINE.fullmatch(first)
    if status_line is None:
        raise ReplyError("protocol")
    fields = _fields(lines)
    tokens = {token.strip() for token in fields.get(b"connection", b"").lower().split(b",")}
    keep = b"keep-alive" in tokens or status_line[1] == b"1"
    chunked = fields.get(b"transfer-encoding", b"").lower() == b"chunked"
    status = int(status_line[2])
    return Head(status, _length(status, fields), chunked, keep and b"close" not in tokens)


def _fields(lines: list[bytes]) -> dict[bytes, bytes]:
    fields: dict[bytes, bytes] = {}
    for line in lines:
        field = FIELD.fullmatch(line)
        if field is None:
            raise ReplyError("protocol")
        name, value = field[1].lower(), field[2]
        fields[name] = fields[name] + b"," + value if name in fields else value
    return fields


def _length(status: int, fields: dict[bytes, bytes]) -> int | None:
    if status in (NO_CONTENT, NOT_MODIFIED):
        return 0
    said = fields.get(b"content-length")
    if said is not None and not said.isdigit():
        raise ReplyError("protocol")
    return None if said is None else int(said)


def _chunked(head: Head, got: bytes, at: int) -> Reply | None:
    """Sizes in hexadecimal, each with its bytes, until 0; then perhaps a trailer, an empty line."""
    body = b""
    while (line_end := got.find(LINE_END, at)) >= 0:
        size = _size(got[at:line_end])
        at = line_end + len(LINE_END)
        if size == 0:
            return _ended(head, body, got, at)
        body += got[at : at + size]
        at += size
        if not LINE_END.startswith(got[at : at + 2]):
            raise ReplyError("protocol")
        at += len(LINE_END)
    if len(got) - at > MOST_CHUNK_LINE:
        raise ReplyError("protocol")
    return None


def _size(line: bytes) -> int:
    digits = line.split(b";")[0].strip()
    if not re.fullmatch(rb"[0-9A-Fa-f]{1,15}", digits):
        raise ReplyError("protocol")
    return int(digits, 16)


def _ended(head: Head, body: bytes, got: bytes, at: int) -> Reply | None:
    while (line_end := got.find(LINE_END, at)) >= 0:
        trailer, at = got[at:line_end], line_end + len(LINE_END)
        if not trailer:
            return Reply(head.status, body, head.keep and len(got) == at)
    return None


def read_page(body: bytes) -> Page:
    """The counter app's page; ReplyError when it is another one."""
    try:
        page = json.loads(body.decode())
        return (str(page["replica"]), str(page["version"]), int(page["count"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ReplyError("bad_body") from error
