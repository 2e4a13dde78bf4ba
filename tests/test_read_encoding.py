"""Bytes to characters: what the bytes say wins, nothing is dropped, every damage is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.errors import InputError
from kgbuild.model import Span
from kgbuild.read.encoding import clean, decode

SIMPLIFIED = (
    "云岭省人民政府办公厅关于印发《云岭省乡村书屋提升行动方案（2031—2033年）》的通知\n"
    "各市（州）人民政府，省政府各部门：\n"
    "一、总体要求\n坚持以读者为中心，到2033年底，全省建成示范书屋1200个，流动书车覆盖率达到85%以上。\n"
    "二、重点任务\n（一）面向农民和青少年开展阅读活动。（省文化厅牵头，省教育厅、各县（市、区）配合）\n"
)
TRADITIONAL = (
    "雲嶺省人民政府辦公廳關於印發《雲嶺省鄉村書屋提升行動方案》的通知\n"
    "各縣市人民政府，省政府各部門：\n一、總體要求\n堅持以讀者為中心，到二零三三年底，全省建成示範書屋一千二百個。\n"
    "二、重點任務\n面向農民和青少年開展閱讀活動，由文化局主辦，教育局協辦，學校和社區配合。\n"
)
WORDS = ["各市县", "总体要求", "省教育厅", "一、目标", "书屋建设方案"]


@pytest.mark.parametrize("cut", [None, 151, 60, 33, 20])
@pytest.mark.parametrize(
    ("text", "codec", "expected"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (SIMPLIFIED, "utf-16", "utf-16-le"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (SIMPLIFIED, "utf-32", "utf-32-le"),
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL, "gb18030", "gb18030"),
        (TRADITIONAL, "utf-8", "utf-8"),
    ],
)
def test_encoding_is_found_however_the_text_is_cut(text: str, codec: str, expected: str, cut: int | None) -> None:
    data = text.encode(codec)[:cut]
    found = decode(data, name="x")
    assert found.encoding == expected
    whole = found.text.removesuffix("\ufffd")
    assert text.startswith(whole)
    assert len(whole) >= 3
    assert found.cut == (found.text != whole)
    assert found.broken == ((Span(len(whole), len(whole) + 1),) if found.cut else ())
    assert found.cut or cut is None or text.encode(codec)[:cut].decode(codec) == whole


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("words", WORDS)
def test_a_few_characters_are_enough(words: str, codec: str) -> None:
    found = decode(words.encode(codec), name="x")
    assert (found.text, found.encoding) == (words, codec)


def test_utf16_whose_bytes_are_ascii_too() -> None:
    assert decode("各省、".encode("utf-16-le"), name="x").text == "各省、"


@pytest.mark.parametrize("text", ["plain ASCII", "café — naïve", "Ελληνικά", "план действий"])
def test_valid_utf8_stays_utf8_whatever_it_says(text: str) -> None:
    assert decode(text.encode(), name="x") == decode(text.encode(), name="x", declared="gbk")
    assert decode(text.encode(), name="x").text == text


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_a_broken_byte_in_the_middle_is_kept_and_told(codec: str) -> None:
    head, rest = SIMPLIFIED[:40], SIMPLIFIED[40:]
    found = decode(head.encode(codec) + b"\xff" + rest.encode(codec), name="x")
    assert found.text == head + "\ufffd" + rest
    assert found.broken == (Span(40, 41),)
    assert found.encoding == codec
    assert not found.cut


def test_a_replacement_character_of_the_text_itself_is_no_damage() -> None:
    assert decode(("甲\ufffd乙" * 5).encode(), name="x").broken == ()


def test_a_lone_surrogate_in_utf16_becomes_a_replacement_character() -> None:
    data = b"\xff\xfe" + (SIMPLIFIED * 2).encode("utf-16-le") + b"\x00\xd8" + "尾".encode("utf-16-le")
    found = decode(data, name="x")
    assert found.text == SIMPLIFIED * 2 + "\ufffd尾"
    assert found.broken == (Span(len(SIMPLIFIED) * 2, len(SIMPLIFIED) * 2 + 1),)


def test_many_broken_bytes_are_an_error_with_a_cure() -> None:
    damaged = b"".join(char.encode() + b"\xff" * (i % 20 == 0) for i, char in enumerate(SIMPLIFIED))
    with pytest.raises(InputError, match=r"^a\.txt: encoding not recognised \(\d+ bytes .*; save the file as UTF-8$"):
        decode(damaged, name="a.txt")


@pytest.mark.parametrize("data", [bytes(range(256)) * 8, b"\0" * 400, b"\x01\x02\x03\x04text\x05\x06\0\0"])
def test_binary_data_is_an_error(data: bytes) -> None:
    with pytest.raises(InputError, match=r"^a\.bin: is not a text \(binary data\); "):
        decode(data, name="a.bin")


def test_a_mark_that_is_none_does_not_stop_the_reading() -> None:
    assert decode(b"\xff\xfe\x00\x00" + "甲".encode("utf-16-le") * 9, name="x").encoding.startswith("utf-")


def test_declared_encoding_decides_only_a_tie() -> None:
    assert decode(SIMPLIFIED.encode("gbk"), name="x", declared="big5").encoding == "gb18030"
    assert decode(TRADITIONAL.encode("big5"), name="x", declared="gb2312").encoding == "big5"
    assert decode(SIMPLIFIED.encode("gbk"), name="x", declared="no-such-label").encoding == "gb18030"


def test_nul_and_controls_are_replaced_one_for_one() -> None:
    text = SIMPLIFIED[:30] + "\0" + SIMPLIFIED[30:60] + "\x0c" + SIMPLIFIED[60:]
    found = decode(text.encode(), name="x")
    assert found.controls == (30,)
    assert found.text == text.replace("\0", "\ufffd").replace("\x0c", "\n")


def test_only_the_leading_mark_is_dropped() -> None:
    assert decode("\ufeff\ufeff甲\ufeff".encode(), name="x").text == "\ufeff甲\ufeff"


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), min_size=1)
BODY = st.text(st.sampled_from(SIMPLIFIED + "𠮷🙂\r\n"), min_size=4)


@given(TEXTS)
def test_any_text_comes_back_from_utf8(text: str) -> None:
    data = (SIMPLIFIED + text).encode()
    assert decode(data, name="x").text == clean(SIMPLIFIED + text)[0]


@given(TEXTS, st.sampled_from(["utf-16", "utf-8-sig"]))
def test_any_text_comes_back_from_a_marked_encoding(text: str, codec: str) -> None:
    assert decode((SIMPLIFIED * 10 + text).encode(codec), name="x").text == clean(SIMPLIFIED * 10 + text)[0]


@given(BODY, st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "gb18030"]))
def test_chinese_text_comes_back_from_every_encoding(text: str, codec: str) -> None:
    data = ("各市县：" + text).encode(codec)
    assert decode(data, name="x").text == "各市县：" + text


@given(st.binary())
def test_bytes_give_a_text_or_an_input_error(data: bytes) -> None:
    try:
        found = decode(data, name="x")
    except InputError:
        return
    found.text.encode()
    assert clean(found.text) == (found.text, ())
    assert all(set(found.text[span.start : span.end]) == {"\ufffd"} for span in found.broken)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xa3\xa0\xa3\xa0", "\u3000\u3000"),
        (b"\x80", "€"),
        (b"\xa6\xd9\xa6\xdb", "\ufe10\ufe11"),
        (b"\xfe\x59", "\u9fb4"),
        (b"\xa8\xbc", "\u1e3f"),
    ],
)
def test_gb18030_is_read_as_browsers_read_it(data: bytes, text: str) -> None:
    around = "云岭省人民政府办公厅关于印发工作要点的通知。".encode("gb18030")
    found = decode(around + data + around, name="t")
    assert found.encoding == "gb18030"
    assert found.text == around.decode("gb18030") + text + around.decode("gb18030")
    assert not found.broken
