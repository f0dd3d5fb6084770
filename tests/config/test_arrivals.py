"""When a request is all there, however it is cut on its way."""

import pytest

from config.worker import Arrival

HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    "said",
    [
        HEAD + b"\r\n",
        POST + b"Content-Length: 5\r\n\r\na=b&c",
        POST + b"content-length:5\r\nX: y\r\n\r\n\r\n\r\nx",
        POST + b"Content-Length: 0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\nDigest: x\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
)
@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_it_is_here_with_its_last_byte_and_not_before(said, size):
    arrival = Arrival(0)
    for at in range(0, len(said), size):
        assert not arrival.is_here
        arrival.take(said[at : at + size])
    assert arrival.is_here
    assert bytes(arrival.said) == said


def test_what_the_application_refuses_by_its_length_is_not_waited_for():
    arrival = Arrival(0)
    arrival.take(POST + b"Content-Length: 99999999\r\n\r\n")
    assert arrival.is_here


def test_a_head_without_end_is_left_to_gunicorn_to_refuse():
    arrival = Arrival(0)
    arrival.take(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200_000)
    assert arrival.is_here


def test_who_waits_for_a_word_is_given_it_once():
    arrival = Arrival(0)
    arrival.take(POST + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n")
    assert arrival.wants_a_word
    arrival.take(b"a=b")
    assert arrival.is_here


def test_more_time_is_given_to_what_comes():
    slow, steady = Arrival(0), Arrival(0)
    slow.take(POST)
    steady.take(POST + b"Content-Length: 1000000\r\n\r\n" + b"x" * 500_000)
    assert steady.deadline > slow.deadline + 40
