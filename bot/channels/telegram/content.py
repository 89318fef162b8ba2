"""Files and places that a message of Telegram brings."""

from bot.channels.telegram.updates import Message
from storage.messages import File, Place


def place(message: Message) -> Place | None:
    """Return the point that a message brings."""
    if message.venue:
        point = message.venue.location
        named = ", ".join(filter(None, (message.venue.title, message.venue.address)))
        return Place(point.latitude, point.longitude, named)
    if message.location:
        return Place(message.location.latitude, message.location.longitude)
    return None


def files(message: Message) -> tuple[File, ...]:
    """Return its files that can be asked for again."""
    return tuple(file for file in _files_of(message) if file.ref)


def _files_of(message: Message) -> tuple[File, ...]:
    if message.photo:
        photo = max(message.photo, key=lambda size: size.width * size.height)
        name = f"{photo.file_unique_id}.jpg"  # Telegram makes every photo a JPEG
        return (
            File(
                "photo",
                photo.file_id,
                name,
                "image/jpeg",
                photo.file_size or 0,
                photo.file_unique_id,
            ),
        )
    # An animation also comes as a document, so it is asked first.
    if clip := message.video or message.animation:
        name = clip.file_name or f"{clip.file_unique_id}.mp4"
        mime = clip.mime_type or "video/mp4"
        return (File("video", clip.file_id, name, mime, clip.file_size or 0, clip.file_unique_id),)
    if note := message.video_note:  # a round video: people film holes in the road with it too
        name = f"{note.file_unique_id}.mp4"
        return (
            File(
                "video", note.file_id, name, "video/mp4", note.file_size or 0, note.file_unique_id
            ),
        )
    if paper := message.document:
        size = paper.file_size or 0
        return (
            File(
                "document",
                paper.file_id,
                paper.file_name or "",
                paper.mime_type or "",
                size,
                paper.file_unique_id,
            ),
        )
    return ()
