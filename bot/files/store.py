"""The file store: a folder of this machine, or S3, which replicas share."""

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import LocalStore, ObjectStore, S3Store

from bot.failures import RetryLater
from config.settings import Settings

CHUNK = 256 * 1024
PART = 5 * 1024 * 1024  # of an upload to S3, the least that it takes
AT_ONCE = 2  # parts of one upload, in memory
PROBE = b"mcu-bot was here"
PASSING = ("tmp", "probe")  # folders of what is not kept
PICTURES = (".jpg", ".png", ".webp", ".gif")  # of which a page may want a preview
NO_BUCKET = "NoSuchBucket"  # so says S3 in an answer that is else like that of a missing file


class StoreAway(RetryLater):
    """The store does not answer, or refuses us. ``why``: away, key, bucket."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the file store: {why}")
        self.why = why


class FileStore:
    """Bytes by key. Every method raises StoreAway; reading raises FileNotFoundError."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def in_folder(cls, folder: Path) -> "FileStore":
        """Return a store in ``folder``, which is made if it is not there."""
        return cls(LocalStore(prefix=folder, mkdir=True))

    @classmethod
    def of(cls, settings: Settings) -> "FileStore":
        """Return the store that an installation has set; nothing is asked of it yet."""
        if not settings.files_url:
            return cls.in_folder(settings.files_folder)
        bucket, _, prefix = settings.files_url.removeprefix("s3://").partition("/")
        endpoint = settings.s3_endpoint or ""
        assert settings.s3_key is not None  # noqa: S101 - the settings demand all of them together
        assert settings.s3_secret is not None  # noqa: S101
        return cls(
            S3Store(
                bucket,
                prefix=prefix.strip("/") or None,
                endpoint=endpoint,
                region=settings.s3_region,
                access_key_id=settings.s3_key.get_secret_value(),
                secret_access_key=settings.s3_secret.get_secret_value(),
                virtual_hosted_style_request=False,  # a certificate is seldom for bucket.host
                client_options={
                    "allow_http": endpoint.startswith("http://"),
                    "connect_timeout": "5s",
                    "timeout": "60s",
                },
                # A store that hiccups; one that is away is tried again by those who wait for it.
                retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=20)},
            )
        )

    async def read(self, key: str) -> bytes:
        """All bytes of a kept file."""
        with _in_our_words():
            result = await obstore.get_async(self._store, key)
            return bytes(await result.bytes_async())

    async def size(self, key: str) -> int:
        """The size of a kept file in bytes."""
        with _in_our_words():
            return int((await obstore.head_async(self._store, key))["size"])

    async def chunks(self, key: str) -> AsyncIterator[bytes]:
        """The bytes of a kept file, piece by piece."""
        with _in_our_words():
            result = await obstore.get_async(self._store, key)
            async for chunk in result.stream(min_chunk_size=CHUNK):
                yield bytes(chunk)

    async def write(self, key: str, content: bytes | Path) -> None:
        """Keep ``content``: bytes, or a file, which is read piece by piece."""
        try:
            with _in_our_words():
                await obstore.put_async(
                    self._store, key, content, chunk_size=PART, max_concurrency=AT_ONCE
                )
        except FileNotFoundError:  # so answers a web server that is no store
            raise StoreAway("away") from None

    async def delete(self, key: str) -> None:
        """Delete a file, and after it its preview; one that is not there is no error."""
        preview = (preview_of(key),) if key.endswith(PICTURES) else ()
        for one in (key, *preview):
            with suppress(FileNotFoundError), _in_our_words():
                await obstore.delete_async(self._store, one)

    async def probe(self) -> None:
        """Write, read and delete a small file."""
        key = f"probe/{secrets.token_hex(8)}"
        await self.write(key, PROBE)
        try:
            if await self.read(key) != PROBE:
                raise StoreAway("away")
        except FileNotFoundError:
            raise StoreAway("away") from None
        finally:
            await self.delete(key)


def preview_of(key: str) -> str:
    """Return the key of the preview of the picture at ``key``."""
    return f"{key}.small"


def a_file_in(folder: Path) -> bool:
    """Whether a file has been kept in ``folder``; files on their way do not count."""
    return any(
        file.is_file() and file.relative_to(folder).parts[0] not in PASSING
        for file in folder.rglob("*")
    )


@contextmanager
def _in_our_words() -> Iterator[None]:
    """StoreAway in place of obstore's errors, whose texts name keys and addresses."""
    try:
        yield
    except FileNotFoundError as error:
        if NO_BUCKET in str(error):
            raise StoreAway("bucket") from None
        raise
    except (PermissionDeniedError, UnauthenticatedError):
        raise StoreAway("key") from None
    except (BaseError, OSError):
        raise StoreAway("away") from None
