"""Bytes as HTTP replies, by RFC 9112 and however they are cut."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.harness.generator.reply import Reply, ReplyError, read_page, read_reply

PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\nhel\r\n2;name=value\r\nlo\r\n0\r\nTrailer: it\r\n\r\n"
)
WHOLE = {
    PLAIN: Reply(200, b"hello", keep=True),
    CHUNKED: Reply(200, b"hello", keep=True),
    b"HTTP/1.1 204 No Content\r\n\r\n": Reply(204, b"", keep=True),
    b"HTTP/1.1 304\r\nContent-Length: 9\r\n\r\n": Reply(304, b"", keep=True),
    b"HTTP/1.1 404 Not Found\r\ncontent-length:0\r\nCONNECTION: Close\r\n\r\n": Reply(
        404, b"", keep=False
    ),
    b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi": Reply(200, b"hi", keep=False),
    b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi": Reply(
        200, b"hi", keep=True
    ),
    b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + PLAIN: Reply(200, b"hello", keep=True),
}
NONE = [
    b"SSH-2.0-OpenSSH\r\n",
    b"HTTP/2 200 OK\r\n\r\n",
    b"HTTP/1.1 20 OK\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nno field\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nmany\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 2000,
    b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000,
]


@pytest.mark.parametrize("whole", WHOLE)
def test_a_reply_is_there_with_its_last_byte_and_not_before(whole: bytes) -> None:
    assert [read_reply(whole[:end]) for end in range(len(whole))] == [None] * len(whole)
    assert read_reply(whole) == WHOLE[whole]


@pytest.mark.parametrize("whole", WHOLE)
def test_a_connection_with_bytes_after_the_reply_is_not_kept(whole: bytes) -> None:
    assert read_reply(whole + b"H") == WHOLE[whole]._replace(keep=False)


@pytest.mark.parametrize("none", NONE)
def test_what_is_no_reply_is_told_as_such(none: bytes) -> None:
    with pytest.raises(ReplyError, match="protocol"):
        read_reply(none)


def test_only_its_end_tells_a_reply_without_a_length() -> None:
    assert read_reply(b"HTTP/1.1 200 OK\r\n\r\nhello") is None


@given(st.binary(max_size=300), st.sampled_from([b"", PLAIN[:-5], CHUNKED[:47]]))
def test_noise_raises_nothing_else_and_comes_back_as_it_was(noise: bytes, head: bytes) -> None:
    with suppress(ReplyError):
        reply = read_reply(head + noise)
        assert reply is None or reply.body == noise[: len(reply.body)] or head == CHUNKED[:47]


@given(st.binary(max_size=200), st.lists(st.integers(1, 20), min_size=1))
def test_a_body_is_the_same_in_one_piece_or_in_chunks(body: bytes, sizes: list[int]) -> None:
    plain = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    chunked, at = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 0
    for size in [*sizes, 200]:
        if chunk := body[at : at + size]:
            chunked += b"%X\r\n%s\r\n" % (len(chunk), chunk)
        at += size
    assert read_reply(plain) == read_reply(chunked + b"0\r\n\r\n") == Reply(200, body, keep=True)


def test_a_page_says_who_served_it() -> None:
    assert read_page(b'{"replica": "a", "version": "v1", "count": 3}') == ("a", "v1", 3)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"replica": "a"}', b"\xff", b'"page"'])
def test_another_page_is_a_bad_body(body: bytes) -> None:
    with pytest.raises(ReplyError, match="bad_body"):
        read_page(body)
