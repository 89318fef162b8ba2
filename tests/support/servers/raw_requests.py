"""What strangers send to the door: requests as bytes, none of which a browser or messenger sends."""

HOST = b"Host: bor.example.ru\r\n"
SECRET_NAME = b"X-Telegram-Bot-Api-Secret-Token: "
PARTS = b'--b\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n1\r\n'


def get(path: bytes, *headers: bytes) -> bytes:
    return head(b"GET", path, *headers) + b"\r\n"


def post(path: bytes, body: bytes, *headers: bytes) -> bytes:
    length = b"Content-Length: %d" % len(body)
    return head(b"POST", path, length, *headers) + b"\r\n" + body


def head(method: bytes, path: bytes, *headers: bytes) -> bytes:
    return b"%s %s HTTP/1.1\r\n%s" % (method, path, HOST) + b"".join(h + b"\r\n" for h in headers)


def chunked(path: bytes, *chunks: bytes, headers: tuple[bytes, ...] = ()) -> bytes:
    start = head(b"POST", path, b"Transfer-Encoding: chunked", *headers) + b"\r\n"
    return start + b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in chunks) + b"0\r\n\r\n"


def multipart(path: bytes, body: bytes, *headers: bytes) -> bytes:
    return post(path, body, b"Content-Type: multipart/form-data; boundary=b", *headers)


def upgrade(*headers: bytes, path: bytes = b"/ws/chat", origin: bytes = b"") -> bytes:
    started = (
        b"Connection: Upgrade",
        b"Upgrade: websocket",
        b"Origin: " + (origin or b"http://bor.example.ru"),
        b"Cookie: __Host-mcu_resident=" + b"a" * 43,
    )
    return get(path, *started, *headers)


def requests(secret: bytes) -> dict[str, bytes]:
    """By name; ``secret`` is the Telegram one, for what comes further than a stranger."""
    ours = b"Origin: http://bor.example.ru"
    form = b"Content-Type: application/x-www-form-urlencoded"
    json = b"Content-Type: application/json"
    known = SECRET_NAME + secret
    part = b"--b\r\nContent-Disposition: form-data; %s\r\n%s\r\nx\r\n--b--\r\n"
    resident = b"Cookie: __Host-mcu_resident=" + b"a" * 43
    up = (ours, resident)
    return {
        # Request lines
        "rubbish": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        "a word": b"hello\r\n\r\n",
        "unknown method": head(b"BREW", b"/") + b"\r\n",
        "small letters": b"get / HTTP/1.1\r\n" + HOST + b"\r\n",
        "CONNECT": b"CONNECT bor.example.ru:443 HTTP/1.1\r\n" + HOST + b"\r\n",
        "CONNECT odd": b"CONNECT [::1 HTTP/1.1\r\n" + HOST + b"\r\n",
        "CONNECT nothing": b"CONNECT / HTTP/1.1\r\n" + HOST + b"\r\n",
        "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "HTTP/3.7": b"GET / HTTP/3.7\r\n" + HOST + b"\r\n",
        "HTTP/0.9": b"GET /\r\n\r\n",
        "asterisk": head(b"OPTIONS", b"*") + b"\r\n",
        "asterisk GET": get(b"*"),
        "absolute": get(b"http://bor.example.ru/chat"),
        "absolute other": get(b"http://evil.example/chat"),
        "absolute brackets": get(b"http://[/chat"),
        "absolute port": get(b"http://bor.example.ru:99999999/chat"),
        "absolute IPv6": get(b"http://[::1]:8080/chat"),
        "no slash": get(b"chat"),
        "two slashes": get(b"//chat"),
        "no path": b"GET  HTTP/1.1\r\n" + HOST + b"\r\n",
        "long path": get(b"/" + b"a" * 20_000),
        "long query": get(b"/staff?code=" + b"a" * 7000),
        "space": get(b"/chat chat"),
        "tab": get(b"/\tchat"),
        "fragment": get(b"/chat#" + b"%ff"),
        # Names
        "bad UTF-8": get(b"/\xff\xfe"),
        "quoted bad UTF-8": get(b"/static/%ff%fe"),
        "NUL": get(b"/static/%00"),
        "NUL raw": get(b"/static/\x00"),
        "half sign": get(b"/static/%ED%A0%80"),
        "up": get(b"/static/..%2f..%2fbot%2fserver.py"),
        "dots": get(b"/static/../../etc/passwd"),
        "percent": get(b"/static/%"),
        "percents": get(b"/%%%%%%zz"),
        "name of a folder": get(b"/static/."),
        "huge number": get(b"/files/999999999999999999/999"),
        "too huge number": get(b"/files/" + b"9" * 5000 + b"/1"),
        "Arabic digits": get("/files/١/٢".encode()),
        "quoted Arabic digits": get(b"/files/%D9%A1/%D9%A2"),
        # Queries
        "code bad UTF-8": get(b"/staff?code=%ff%fe"),
        "code raw bytes": get(b"/staff?code=\xff\xfe"),
        "code NUL": get(b"/?code=%00"),
        "code half sign": get(b"/staff?code=%ED%A0%80&as=%00"),
        "many queries": get(b"/chat?" + b"&".join(b"a=%d" % n for n in range(1000))),
        "semicolons": get(b"/chat?;;;==&&&=%"),
        "room": post(b"/files?room=%ff", b"", ours),
        # Headers
        "no host": b"GET /chat HTTP/1.1\r\n\r\n",
        "two hosts": get(b"/chat", b"Host: other"),
        "host brackets": b"GET /chat HTTP/1.1\r\nHost: [\r\n\r\n",
        "host bytes": b"GET /chat HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n",
        "host port": b"GET /staff?code=1 HTTP/1.1\r\nHost: a:b:c\r\n\r\n",
        "host empty": b"GET /chat HTTP/1.1\r\nHost:\r\n\r\n",
        "origin brackets": post(b"/staff", b"code=1", b"Origin: http://[", form),
        "origin port": post(b"/staff", b"code=1", b"Origin: http://a:b", form),
        "origin bytes": post(b"/staff/logout", b"", b"Origin: http://\xff\xfe"),
        "origin IPv6": post(b"/files", b"", b"Origin: http://[::ffff:1.2.3.4.5]"),
        "origin full width": post(b"/staff", b"code=1", "Origin: http://a\uff0fb".encode(), form),
        "socket origin": upgrade(origin=b"http://["),
        "header no colon": get(b"/chat", b"nonsense"),
        "header no name": get(b"/chat", b": nameless"),
        "header NUL": get(b"/chat", b"X: a\x00b"),
        "header bytes": get(b"/chat", b"X-\xff: \xfe"),
        "header folded": get(b"/chat", b"X: a\r\n b"),
        "header long": get(b"/chat", b"X: " + b"a" * 20_000),
        "many headers": get(b"/chat", *(b"X-%d: 1" % n for n in range(1000))),
        "bare LF": b"GET /chat HTTP/1.1\n" + HOST.replace(b"\r", b"") + b"\n",
        "forwarded": get(b"/chat", b"X-Forwarded-For: \xff, [::1, 1.2.3.4.5, '"),
        "forwarded zone": get(b"/chat", b"X-Forwarded-For: fe80::1%eth0"),
        "proto": get(b"/chat", b"X-Forwarded-Proto: \xff"),
        "expect": post(b"/staff", b"x", b"Expect: \xff", ours, form),
        "expect 100": post(b"/nowhere", b"x", b"Expect: 100-continue"),
        "range": get(b"/static/chat.js", b"Range: bytes=99999999999999999999-"),
        "range odd": get(b"/static/chat.js", b"Range: bytes=\xff-a"),
        "range backwards": get(b"/static/chat.js", b"Range: bytes=10-2"),
        "since": get(b"/static/chat.js", b"If-Modified-Since: Mon, 99 Foo 99999 99:99:99 GMT"),
        "match": get(b"/static/chat.js", b'If-None-Match: "\xff, W/'),
        "if range": get(b"/static/chat.js", b"If-Range: \xff", b"Range: bytes=0-1"),
        "accept": get(b"/nowhere", b"Accept: text/html;q=\xff"),
        # Cookies
        "cookie bytes": get(b"/chat", b"Cookie: mcu_resident=\xff\xfe"),
        "cookie odd": get(b"/chat", b'Cookie: =; ;;==; a="; mcu_resident="\\999"; $Version=1'),
        "cookie half sign": get(
            b"/staff", b"Cookie: mcu_staff=\xed\xa0\x80; mcu_door=\xed\xa0\x80"
        ),
        "cookie octal": get(b"/staff", b'Cookie: mcu_staff="\\400\\777"'),
        "many cookies": get(b"/staff", b"Cookie: " + b"; ".join(b"a%d=1" % n for n in range(900))),
        "reserved cookie": get(b"/chat", b"Cookie: expires=1; path=/; mcu resident=1; a,b=c"),
        "door at login": post(
            b"/staff", b"code=1", ours, form, b"Cookie: mcu_door=\xff\xed\xa0\x80"
        ),
        # Bodies
        "two lengths": post(b"/staff", b"x", b"Content-Length: 2", ours),
        "length and chunks": chunked(b"/staff", b"x", headers=(b"Content-Length: 1", ours, form)),
        "negative length": head(b"POST", b"/staff", b"Content-Length: -1") + b"\r\n",
        "odd length": head(b"POST", b"/staff", b"Content-Length: 1e3") + b"\r\n",
        "huge length": head(b"POST", b"/staff", b"Content-Length: " + b"9" * 30, ours) + b"\r\n",
        "large length": head(b"POST", b"/staff", b"Content-Length: 999999999", ours, form)
        + b"\r\n",
        "bad chunk": head(b"POST", b"/staff", b"Transfer-Encoding: chunked", ours, form)
        + b"\r\nzz\r\n",
        "huge chunk": head(b"POST", b"/staff", b"Transfer-Encoding: chunked", ours, form)
        + b"\r\nfffffffffffffffff\r\n",
        "chunk extensions": head(b"POST", b"/staff", b"Transfer-Encoding: chunked", ours, form)
        + b"\r\n1;"
        + b"a" * 5000
        + b'="\xff"\r\nx\r\n0\r\n\r\n',
        "trailers": head(b"POST", b"/staff", b"Transfer-Encoding: chunked", ours, form)
        + b"\r\n1\r\nx\r\n0\r\nX: \xff\x00\r\n\r\n",
        "coding": post(b"/staff", b"x", b"Transfer-Encoding: gzip, chunked", ours),
        "unknown coding": post(b"/staff", b"x", b"Transfer-Encoding: \xff"),
        "packed": post(b"/staff", b"\x1f\x8b\x08", b"Content-Encoding: gzip", ours, form),
        "packed nowhere": post(b"/nowhere", b"\x1f\x8b\x08", b"Content-Encoding: br"),
        "packed odd": post(b"/webhook/vk", b"\x1f\x8b\x08", b"Content-Encoding: \xff, gzip"),
        "chunks too many": chunked(b"/staff", *[b"a" * 1000] * 40, headers=(ours, form)),
        "GET with a body": get(b"/chat", b"Content-Length: 5") + b"hello",
        "body nowhere": post(b"/nowhere", b"x" * 5000),
        "body wrong method": head(b"PUT", b"/chat", b"Content-Length: 5") + b"\r\nhello",
        # Forms
        "form charset": post(b"/staff", b"code=1", ours, form + b"; charset=no-such"),
        "form charset bytes": post(b"/staff", b"code=1", ours, form + b"; charset=\xff"),
        "form UTF-16": post(b"/staff", "code=1".encode("utf-16"), ours, form),
        "form bytes": post(b"/staff", b"code=\xff\xfe&name=%ff", ours, form),
        "form half sign": post(b"/staff", b"code=%ED%A0%80&name=%ED%A0%80", ours, form),
        "form NUL": post(b"/staff", b"code=%00&name=%00%00&then=%00", ours, form),
        "form many fields": post(b"/staff", b"&".join([b"a=1"] * 1500), ours, form),
        "form type odd": post(b"/staff", b"code=1", ours, b"Content-Type: ;;;=/\xff"),
        "form type none": post(b"/staff", b"code=1", ours),
        "form parts": multipart(b"/staff", b"".join(PARTS % n for n in range(20_000)), ours),
        "form huge number": post(b"/staff", b"code=" + b"9" * 6000, ours, form),
        # JSON
        "JSON charset": post(b"/webhook/telegram", b"{}", known, json + b"; charset=no-such"),
        "JSON charset odd": post(b"/webhook/vk", b"{}", json + b"; charset=undefined"),
        "JSON charset codec": post(b"/webhook/vk", b"{}", json + b"; charset=rot13"),
        "JSON idna": post(b"/webhook/telegram", b"\xff" * 70, known, json + b"; charset=idna"),
        "JSON bytes": post(b"/webhook/vk", b"\xff\xfe\x00", json),
        "JSON UTF-16": post(b"/webhook/vk", '{"a":1}'.encode("utf-16"), json),
        "JSON half sign": post(b"/webhook/vk", b'{"secret": "\\ud800"}', json),
        "JSON huge number": post(b"/webhook/vk", b'{"group_id": ' + b"9" * 5000 + b"}", json),
        "JSON infinity": post(b"/webhook/vk", b'{"group_id": 1e999, "type": NaN}', json),
        "JSON deep": post(b"/webhook/telegram", b"[" * 100_000, known, json),
        "JSON twice": post(b"/webhook/telegram", b'{"update_id": 1, "update_id": []}', known, json),
        "JSON list": post(b"/webhook/telegram", b"[1]", known, json),
        "JSON true": post(b"/webhook/telegram", b'{"update_id": true}', known, json),
        "JSON number": post(b"/webhook/telegram", b'{"update_id": 1e400}', known, json),
        "JSON huge update": post(
            b"/webhook/telegram", b'{"update_id": 1' + b"0" * 4000 + b"}", known, json
        ),
        "secret bytes": post(b"/webhook/telegram", b"{}", SECRET_NAME + b"\xff\xfe", json),
        "webhook parts": multipart(b"/webhook/telegram", part % (b'name="x"', b""), known),
        # Uploads
        "upload no boundary": post(b"/files", b"x", *up, b"Content-Type: multipart/form-data"),
        "upload odd boundary": post(
            b"/files", b"x", *up, b"Content-Type: multipart/form-data; boundary=" + b"b" * 500
        ),
        "upload boundary bytes": post(
            b"/files", b"x", *up, b'Content-Type: multipart/mixed; boundary="\xff\xfe"'
        ),
        "upload of rubbish": multipart(b"/files", b"\xff\xfe\x00" * 100, *up),
        "upload cut off": multipart(b"/files", b"--b\r\nContent-Disp", *up),
        "upload no headers": multipart(b"/files", b"--b\r\n\r\nx\r\n--b--\r\n", *up),
        "upload nested": multipart(
            b"/files",
            part % (b'filename="a"', b"Content-Type: multipart/mixed; boundary=c\r\n"),
            *up,
        ),
        "upload name bytes": multipart(b"/files", part % (b'filename="\xff\xfe"', b""), *up),
        "upload name star": multipart(b"/files", part % (b"filename*=no-such''%ff%fe", b""), *up),
        "upload name star odd": multipart(b"/files", part % (b"filename*='''", b""), *up),
        "upload name parts": multipart(
            b"/files", part % (b"filename*0=a; filename*2=c; filename*x=d", b""), *up
        ),
        "upload name NUL": multipart(b"/files", part % (b'filename="a\x00.jpg"', b""), *up),
        "upload name half sign": multipart(
            b"/files", part % (b"filename*=utf-8''%ED%A0%80.jpg", b""), *up
        ),
        "upload length": multipart(
            b"/files", part % (b'filename="a.jpg"', b"Content-Length: nine\r\n"), *up
        ),
        "upload lies": multipart(
            b"/files", part % (b'filename="a.jpg"', b"Content-Length: 999999\r\n"), *up
        ),
        "upload negative": multipart(
            b"/files", part % (b'filename="a.jpg"', b"Content-Length: -5\r\n"), *up
        ),
        "upload coding": multipart(
            b"/files", part % (b'filename="a"', b"Content-Transfer-Encoding: \xff\r\n"), *up
        ),
        "upload base64": multipart(
            b"/files", part % (b'filename="a"', b"Content-Transfer-Encoding: base64\r\n"), *up
        ),
        "upload packed part": multipart(
            b"/files", part % (b'filename="a"', b"Content-Encoding: gzip\r\n"), *up
        ),
        "upload many headers": multipart(
            b"/files",
            part % (b'filename="a"', b"".join(b"X-%d: 1\r\n" % n for n in range(3000))),
            *up,
        ),
        "upload long header": multipart(
            b"/files", part % (b'filename="a"', b"X: " + b"a" * 50_000 + b"\r\n"), *up
        ),
        "upload many parts": multipart(b"/files", b"".join(PARTS % n for n in range(20_000)), *up),
        # Sockets
        "socket no key": upgrade(b"Sec-WebSocket-Version: 13"),
        "socket odd key": upgrade(b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: \xff\xfe"),
        "socket short key": upgrade(b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: aGk="),
        "socket old": upgrade(b"Sec-WebSocket-Key1: 1", b"Sec-WebSocket-Key2: 2"),
        "socket version": upgrade(b"Sec-WebSocket-Version: \xff"),
        "socket protocols": upgrade(
            b"Sec-WebSocket-Version: 13",
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            b"Sec-WebSocket-Protocol: \xff, a, b",
        ),
        "socket extensions": upgrade(
            b"Sec-WebSocket-Version: 13",
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=\xff999",
        ),
        "socket not asked": get(b"/ws/chat", ours, resident),
        "socket h2c": get(b"/chat", b"Connection: close, Upgrade", b"Upgrade: h2c"),
        "socket of nothing": upgrade(path=b"/nowhere"),
        "socket POST": post(b"/ws/chat", b"x", b"Connection: Upgrade", b"Upgrade: websocket"),
        "socket with a body": upgrade(b"Content-Length: 5") + b"hello",
    }
