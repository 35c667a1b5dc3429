#!/usr/bin/env python3
"""A web server that does what no honest one does, on a free port of 127.0.0.1, which it prints.

The first label of the host says what: http://drip.localhost:PORT/ drips. robots.txt is missing everywhere but
where that is the trick. Ends when its standard input does."""
import gzip
import socket
import sys
import threading
import time

PAGE = b"<html><head><title>%s</title></head><body><main><h1>%s</h1><p>%s</p></main></body></html>"
TEXT = b"This honest paragraph comes from a server that is called %s, and is long enough to be read as text."


def page(name, text=None):
    return PAGE % (name, name, text or TEXT % name)


def answer(body, headers=b"", status=b"200 OK", length=None):
    length = len(body) if length is None else length
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n%s" % (status, length, headers, body)


HTML = b"Content-Type: text/html; charset=utf-8\r\n"


def redirect(target):
    return lambda client, path: client.sendall(answer(b"", b"Location: %s\r\n" % target(path), b"302 Found"))


def send(data):
    return lambda client, path: client.sendall(data)


def repeat(start, piece, pause=0.0):
    def act(client, path):
        client.sendall(start)
        while True: # until the client has had enough: then sending raises
            client.sendall(piece)
            time.sleep(pause)
    return act


def be_silent(client, path):
    client.settimeout(300)
    client.recv(1)


def bomb(n_times):
    data = b"<html><body><p>" + b"spaces and more spaces " * (13 << 20)
    for _ in range(n_times):
        data = gzip.compress(data, 9)
    return data


OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
CHUNKED = OK + HTML + b"Transfer-Encoding: chunked\r\n\r\n"
# Made when the program starts, in a fraction of a second.
BOMB = bomb(1)
ACTS = {
    "honest": send(answer(page(b"honest"), HTML)),
    "endless": repeat(OK + HTML + b"\r\n", b"<p>more and more</p>" * 1000),
    "drip": repeat(OK + HTML + b"\r\n", b"x", 0.3),
    "silent": be_silent,
    "headers": repeat(OK, b"X-Flood: " + b"x" * 1000 + b"\r\n"),
    "header": repeat(OK + b"X-Flood: ", b"x" * 1000),
    "interim": repeat(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "bomb": send(answer(BOMB, HTML + b"Content-Encoding: gzip\r\n")),
    "doublebomb": send(answer(gzip.compress(BOMB), HTML + b"Content-Encoding: gzip, gzip\r\n")),
    "brokengzip": send(answer(gzip.compress(page(b"brokengzip"))[:-12] + b"garbage", HTML + b"Content-Encoding: gzip\r\n")),
    "circle": redirect(lambda path: b"/b" if path == "/a" else b"/a"),
    "chain": redirect(lambda path: path.encode() + b"1"),
    "file": redirect(lambda path: b"file:///etc/passwd"),
    "short": send(answer(page(b"short"), HTML, length=9000)),
    "long": send(answer(page(b"long") + b"<p>smuggled words</p>", HTML, length=len(page(b"long")))),
    "chunks": send(CHUNKED + b"zz\r\n" + page(b"chunks") + b"\r\n0\r\n\r\n"),
    "hugechunk": send(CHUNKED + b"ffffffffffffffff\r\n" + page(b"hugechunk")),
    "negative": send(OK + HTML + b"Content-Length: -1\r\n\r\n" + page(b"negative")),
    "nothttp": send(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "nothing": send(b""),
    "charset": send(answer(page(b"charset", "Le caf\xe9 noir of the honest.".encode("latin-1")), HTML)),
    "unknown": send(answer(page(b"unknown"), b"Content-Type: text/html; charset=x-klingon\r\n")),
    "utf16": send(answer(page(b"utf16"), b"Content-Type: text/html; charset=utf-16\r\n")),
    "nul": send(answer(page(b"nul", b"These honest words \0 have zeros \0 in them."), HTML)),
    "deep": send(answer(b"<div>" * 300000 + page(b"deep"), HTML)),
    "nopdf": send(answer(page(b"nopdf"), b"Content-Type: application/pdf\r\n")),
    "robots": send(answer(page(b"robots"), HTML)),
}


def serve(client):
    head = b""
    try:
        while b"\r\n\r\n" not in head:
            received = client.recv(4096)
            if not received:
                return
            head += received
        path = head.split(b" ")[1].decode("latin-1")
        host = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"host:"))
        name = host.split(b":")[1].strip().split(b".")[0].decode("latin-1")
        if path != "/robots.txt":
            ACTS[name](client, path)
        elif name == "robots":
            repeat(OK + b"Content-Type: text/plain\r\n\r\n", b"User-agent: other\nDisallow: /\n" * 100)(client, path)
        else:
            client.sendall(answer(b"", status=b"404 Not Found"))
        client.shutdown(socket.SHUT_WR)
        client.settimeout(2)
        client.recv(1)
    except OSError:
        pass # it went away
    finally:
        client.close()


def accept(listener):
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0), backlog=64)
threading.Thread(target=accept, args=(listener,), daemon=True).start()
print(listener.getsockname()[1], flush=True)
sys.stdin.read()
