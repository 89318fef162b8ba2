"""Texts and category files without end; films and signatures that lie."""

import struct

from tests.hostile.making import MOST, filled, hostile


@hostile()
def text_of_one_line() -> bytes:
    return filled("яма ".encode())


@hostile()
def text_of_one_word() -> bytes:
    return filled("люк".encode())


@hostile()
def text_of_one_letter() -> bytes:
    return filled("а".encode())


@hostile()
def text_of_empty_lines() -> bytes:
    return b"\n" * MOST


@hostile()
def text_of_spaces_before_a_page() -> bytes:
    return b" " * MOST + b"<html>"


@hostile("refused")
def text_of_marks_of_order() -> bytes:
    return filled("\N{RIGHT-TO-LEFT OVERRIDE}".encode()) + b"\xff"


@hostile()
def text_of_old_windows() -> bytes:
    return filled("яма ".encode("cp1251"))


@hostile()
def text_in_words_of_two_bytes() -> bytes:
    return b"\xff\xfe" + filled("яма ".encode("utf-16-le"))


@hostile("refused")
def text_in_words_of_four_bytes() -> bytes:
    return b"\xff\xfe\0\0" + filled("яма ".encode("utf-32-le"))


@hostile("refused")
def text_that_ends_as_a_program() -> bytes:
    return "яма ".encode() * 4000 + b"\0\0\0\0" + b"MZ" * 100_000


@hostile()
def text_of_signs_over_signs() -> bytes:
    return "а".encode() + filled("\N{COMBINING ACUTE ACCENT}".encode())


@hostile("refused")
def bytes_of_nothing() -> bytes:
    return b"\0" * MOST


@hostile()
def bytes_of_ff() -> bytes:
    return b"\xff" * MOST


@hostile("refused")
def bytes_of_chance() -> bytes:
    import random  # noqa: PLC0415 - only here

    return random.Random(8).randbytes(MOST)  # noqa: S311 - no secret


@hostile("refused")
def a_page_of_19_mb() -> bytes:
    return b"<html>" + filled(b"<p>")


@hostile("refused")
def a_drawing_that_laughs() -> bytes:
    laughs = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    return b'<?xml version="1.0"?><!DOCTYPE svg [' + laughs + b"]><svg>&a11;</svg>"


# Films are not looked into beyond their beginning, whatever it says.
def box(name: bytes, body: bytes = b"", *, size: int | None = None) -> bytes:
    return struct.pack(">I", 8 + len(body) if size is None else size) + name + body


FILM = box(b"ftyp", b"isom\0\0\2\0isommp42")


@hostile()
def mp4_of_boxes_in_boxes() -> bytes:
    inner = b""
    for _ in range(20_000):
        inner = box(b"moov", inner)
    return FILM + inner


@hostile()
def mp4_of_a_box_without_size() -> bytes:
    return FILM + box(b"mdat", b"\0" * 1000, size=0)


@hostile()
def mp4_of_tiny_boxes() -> bytes:
    return FILM + filled(box(b"free"))


@hostile()
def mp4_of_a_size_beyond_all() -> bytes:
    return FILM + struct.pack(">I4sQ", 1, b"mdat", 0xFFFF_FFFF_FFFF_FFFF)


@hostile("refused")
def mp4_whose_first_box_is_all() -> bytes:
    return box(b"ftyp", b"isom" + filled(b"heic"), size=0) + b"PK\5\6" + b"\0" * 18


@hostile()
def mp4_of_marks_of_archives() -> bytes:
    return FILM + filled(b"PK\5\6\0\0") + b"\0" * 18


@hostile()
def webm_of_sizes_without_end() -> bytes:
    return (
        bytes.fromhex("1a45dfa3")
        + b"\x01"
        + b"\xff" * 7
        + b"\x42\x82\x84webm"
        + filled(b"\xec\x80")
    )


@hostile()
def avi_of_tiny_chunks() -> bytes:
    return b"RIFF\xff\xff\xff\xffAVI LIST" + filled(b"JUNK\0\0\0\0")


# Category files: YAML.
@hostile("refused", is_import=True)
def yaml_that_laughs_a_billion_times() -> bytes:
    lines = ["a0: &a0 [ha, ha]"]
    lines += [f"a{n}: &a{n} [" + f"*a{n - 1}, " * 10 + "]" for n in range(1, 12)]
    return "\n".join(lines).encode()


@hostile("refused", is_import=True)
def yaml_of_brackets() -> bytes:
    return b"[" * 5_000_000


@hostile("refused", is_import=True)
def yaml_of_braces_with_keys() -> bytes:
    return b"{a: " * 3_000_000


@hostile("refused", is_import=True)
def yaml_of_dashes() -> bytes:
    return b"- " * 5_000_000


@hostile("refused", is_import=True)
def yaml_of_questions() -> bytes:
    return b"? " * 5_000_000


@hostile("refused", is_import=True)
def yaml_of_one_huge_word() -> bytes:
    return b"a: " + b"x" * MOST


@hostile("refused", is_import=True)
def yaml_of_one_huge_quoted_word() -> bytes:
    return b'a: "' + b"\\u0430" * (MOST // 6) + b'"'


@hostile("refused", is_import=True)
def yaml_of_anchors() -> bytes:
    return b"\n".join(b"- &a%d x" % n for n in range(500_000))


@hostile("refused", is_import=True)
def yaml_of_tags() -> bytes:
    return b"- !!python/object/apply:os.system ['true']\n" * 100_000


@hostile("refused", is_import=True)
def yaml_of_merged_keys() -> bytes:
    lines = [f"a{n}: &a{n}\n  <<: [" + f"*a{n - 1}, " * 20 + "]" for n in range(1, 200)]
    return ("a0: &a0 {b: c}\n" + "\n".join(lines)).encode()


@hostile("refused", is_import=True)
def yaml_of_a_number_of_a_million_digits() -> bytes:
    return b"a: " + b"9" * 1_000_000


@hostile("refused", is_import=True)
def yaml_of_numbers_by_sixty() -> bytes:
    return b"a: " + b"1" + b":59" * 300_000


@hostile("refused", is_import=True)
def yaml_of_a_million_topics() -> bytes:
    return filled("- тема\n".encode(), 9_000_000)


@hostile("refused", is_import=True)
def yaml_of_many_documents() -> bytes:
    return filled(b"---\na\n", 5_000_000)


@hostile("refused", is_import=True)
def yaml_of_notes() -> bytes:
    return filled(b"#\n")


@hostile("refused", is_import=True)
def yaml_of_spaces_that_grow() -> bytes:
    return b"\n".join(b" " * n + b"a:" for n in range(4000))


@hostile("refused", is_import=True)
def yaml_of_two_byte_words() -> bytes:
    return "a: яма\n".encode("utf-16") * 1_000_000
