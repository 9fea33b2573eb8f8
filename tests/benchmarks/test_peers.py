"""What other load generators say, as recorded, read as numbers."""

import pytest

from benchmarks import server
from benchmarks.load import CEILING_HEAD, ceiling_rows, table
from benchmarks.peers import Reading, read_k6, read_oha, read_vegeta, read_wrk
from benchmarks.results import Ceiling
from seatrial.harness.generator.reply import read_page, read_reply

WRK = """Running 2s test @ http://127.0.0.1:8080/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.05ms  100.91us   3.02ms   90.81%
    Req/Sec    60.70k     1.32k   61.70k    95.24%
  127038 requests in 2.10s, 15.02MB read
  Non-2xx or 3xx responses: 12
Requests/sec:  60493.12
"""
VEGETA = "".join(
    f"17958598556{n:08},{200 if n else 500},{(n + 1) * 1_000_000},0,49,,eyJ9,,{n},GET,http://h/,Q29u\n"
    for n in range(1000)
)
K6 = (
    '{"http_reqs":{"type":"counter","values":{"count":4232,"rate":1518.3}},'
    '"http_req_failed":{"type":"rate","values":{"fails":4230,"rate":0,"passes":2}},'
    '"http_req_duration":{"type":"trend","values":{"p(99)":0.96,"p(99.9)":1.5,"p(50)":0.25}}}'
)
OHA = (
    '{"latencyPercentiles":{"p50":0.0002,"p99":0.001,"p99.9":0.004},'
    '"statusCodeDistribution":{"200":390,"503":4},'
    '"errorDistribution":{"aborted due to deadline":64,"connection refused":6}}'
)


def test_each_is_read() -> None:
    assert read_wrk(WRK) == Reading(127_038, 12)
    assert read_vegeta(VEGETA) == Reading(1000, 1, (501.0, 991.0, 1000.0))
    assert read_k6(K6) == Reading(4232, 2, (0.25, 0.96, 1.5))
    oha = read_oha(OHA)
    assert (oha.requests, oha.failed) == (400, 10)
    assert oha.latencies_ms == pytest.approx((0.2, 1.0, 4.0))


def test_our_own_server_answers_as_the_app_does() -> None:
    reply = read_reply(server.REPLY)
    assert reply is not None
    assert read_page(reply.body) == ("bench", "v1", 1)


def ceiling(name: str, per_core: float, server: float = 0.5) -> Ceiling:
    return Ceiling(name, 900.0, per_core, keeps=name == "seatrial", failed=1, server=server)


def test_each_is_set_beside_ours_by_medians_and_never_by_the_best() -> None:
    ours = [ceiling("seatrial", per_core) for per_core in (1000.0, 9000.0, 900.0)]
    others = [ceiling("other", per_core, 0.95) for per_core in (4000.0, 100.0, 4100.0)]
    mixed = [one for pair in zip(ours, others, strict=True) for one in pair]
    rows = [row.split() for row in table(CEILING_HEAD, ceiling_rows(mixed))[1:]]
    assert rows == [
        ["seatrial", "900", "1,000", "900", "to", "9,000", "1.00", "all", "3", "50%"],
        ["other", "900", "4,000", "100", "to", "4,100", "0.25", "no", "3", "95%", "(its", "limit)"],
    ]
