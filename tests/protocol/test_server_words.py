"""What servers say in Chinese is said in English, with their own words behind."""

import re
from pathlib import Path

import pytest

from mj_notebook.client.error_mapping import as_suffix, task_unknown_error
from mj_notebook.client.responses import Endpoint, Response
from mj_notebook.language import speak
from mj_notebook.protocol.server_words import failure_text, meaning_of, quote
from mj_notebook.settings.settings import Secret

SHEET = Path(__file__).parents[2] / "mj_notebook/protocol/README.md"
# Of what no error is made.
WELL = {"提交成功", "成功", "成功调用", "窗口等待", "排队中", "执行中", "队列"}
OTHERS = {"推送任务变更失败"}


def listed() -> list[str]:
    """Return the texts of the sheet of facts, without the numbers in them."""
    appendix = SHEET.read_text("utf-8").partition("## Appendix B")[2]
    texts = re.findall(r"`([^`]+)`", appendix)
    return [text for text in texts if re.search("[\u4e00-\u9fff]", text)]


@pytest.mark.parametrize("text", listed())
def test_every_text_of_the_sheet_is_known(text: str) -> None:
    """Chinese of a server is never alone: each text that says why not has its English."""
    is_fault = text not in WELL | OTHERS and not text.startswith("排队中")
    assert bool(meaning_of(text)) == is_fault


def test_the_longer_text_is_looked_for_first() -> None:
    """No part of a text is taken for the whole of it."""
    assert meaning_of("image或prompt不能为空") != meaning_of("prompt不能为空")
    assert meaning_of("提交失败，系统异常") == "the proxy broke down over it"


def test_what_is_not_known_stays_as_it_is() -> None:
    """English, and Chinese that nobody has seen, is quoted alone."""
    assert quote("no such button.") == "“no such button”"
    assert quote("天气很好") == "“天气很好”"
    assert quote("系统错误") == "it has a fault (“系统错误”)"
    assert quote("视频功能未启用") == "it makes no videos (“视频功能未启用”)"


def test_a_sentence_about_the_demo_server_is_in_one_language() -> None:
    """Its name is said as the rest is; a proxy's address stays as it is."""
    for alias, said in (
        ("The demo server", "演示服务器"),
        ("proxy.example.com", "proxy.example.com"),
    ):
        endpoint = Endpoint(alias, "https://proxy.example.com", Secret(""))
        assert task_unknown_error(_NOTHING, endpoint, "17").args[0].startswith(f"{alias} knows")
        speak("zh")
        try:
            told = str(task_unknown_error(_NOTHING, endpoint, "17"))
        finally:
            speak("en")
        assert told.startswith(f"{said} 上没有任务 17")


@pytest.mark.usefixtures("chinese")
def test_words_of_a_server_stand_behind_a_chinese_colon() -> None:
    """Also where what they mean is known."""
    assert as_suffix("queue full.") == "：“queue full”"
    assert "：“Banned prompt detected”" in failure_text("Banned prompt detected")[0]


_NOTHING = Response(404, {}, b"", "")
