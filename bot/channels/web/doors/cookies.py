"""The cookies of the web chat, and whether a request comes from a page of ours."""

from urllib.parse import urlsplit

from aiohttp import web

from bot.channels.web.doors.seal import TOKEN_FORM

RESIDENT_COOKIE = "mcu_resident"
STAFF_COOKIE = "mcu_staff"
DOOR_COOKIE = "mcu_door"  # of whoever looks at a login: the same button pressed twice is known
YEAR = 365 * 24 * 3600
LONGEST_HOST = 260  # signs: a name has at most 253 (RFC 1035), and a port


class Cookies:
    """Reads and gives cookies. ``public_url`` is the address of the site; empty: not known.

    ``embedded``: other sites may show the resident's chat in a frame. Browsers keep no usual cookie
    there, but one that is kept for that site alone (CHIPS, developer.mozilla.org, November 2026).
    """

    def __init__(self, public_url: str, *, embedded: bool = False) -> None:
        self._embedded = embedded
        self._public = _origin(public_url) if public_url else ""

    def is_same_origin(self, request: web.Request) -> bool:
        """Whether the request comes from a page of ours; browsers cannot forge the header."""
        given = request.headers.get("Origin", "")
        try:
            parts = urlsplit(given)
        except ValueError:  # brackets around what is no address
            return False
        if len(parts.netloc) > LONGEST_HOST:  # no browser's; a link with it fits no QR code
            return False
        here = parts.scheme in ("http", "https") and parts.netloc == request.host
        return here or (bool(self._public) and given == self._public)

    def read(self, request: web.Request, name: str) -> str:
        """Return the token in a cookie of ours; empty if what is there is none."""
        given = request.cookies.get(_full(name, secure=self._is_secure(request)), "")
        return given if TOKEN_FORM.fullmatch(given) else ""

    def give(
        self,
        request: web.Request,
        response: web.StreamResponse,
        name: str,
        value: str,
        age: int | None = YEAR,
    ) -> None:
        """Let the browser keep ``value`` for ``age`` seconds; None: until it is closed."""
        secure = self._is_secure(request)
        response.set_cookie(
            _full(name, secure=secure),
            value,
            max_age=age,
            path="/",
            httponly=True,
            samesite="Lax",
            secure=secure,
        )
        in_frame = request.headers.get("Sec-Fetch-Dest") == "iframe"
        if self._embedded and secure and in_frame and name == RESIDENT_COOKIE:
            kept = f"{_full(name, secure=True)}={value}; HttpOnly; Max-Age={age}; Path=/"
            response.headers.add("Set-Cookie", f"{kept}; SameSite=None; Secure; Partitioned")

    def take(self, request: web.Request, response: web.StreamResponse, name: str) -> None:
        """Let the browser forget the cookie, and its copies of files."""
        self.give(request, response, name, "", 0)
        response.headers["Clear-Site-Data"] = '"cache"'

    def _is_secure(self, request: web.Request) -> bool:
        """Whether browsers come by HTTPS; a forged header harms only its sender."""
        forwarded = request.headers.get("X-Forwarded-Proto") == "https"
        return self._public.startswith("https:") or request.secure or forwarded


def _full(name: str, *, secure: bool) -> str:
    """With HTTPS no other host of the domain can plant such a cookie."""
    return f"__Host-{name}" if secure else name


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
