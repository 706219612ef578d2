"""The language of JupyterLab, as it stands in its settings."""

from pathlib import Path

import pytest

from mj_notebook.settings.jupyter_language import jupyter_language

PLACE = "lab/user-settings/@jupyterlab/translation-extension/plugin.jupyterlab-settings"
WRITTEN = """{
    // Localization
    // "locale": "fr_FR",
    // Language locale; set to "locale": "en" for English.
    "locale": "zh_CN",
    "stringsPrefix": "!!"
}"""


def written(folder: Path, text: str) -> None:
    """Write what JupyterLab keeps of a person's choice."""
    file = folder / PLACE
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf-8")


def test_it_is_read_as_jupyterlab_writes_it(tmp_path: Path) -> None:
    """Comments are none of it, whatever they name."""
    written(tmp_path / ".jupyter", WRITTEN)
    assert jupyter_language({}, tmp_path) == "zh"


@pytest.mark.parametrize(
    "text", ['{"locale": "default"}', '{"locale": "xx"}', '{// "locale": "zh_CN"\n}', "", "{", "\0"]
)
def test_what_has_no_catalogue_is_unknown(tmp_path: Path, text: str) -> None:
    """Another language, none, or a file that is broken: English stays."""
    written(tmp_path / ".jupyter", text if "//" not in text else '{\n// "locale": "zh_CN"\n}')
    assert jupyter_language({}, tmp_path) is None


def test_the_folder_may_be_elsewhere(tmp_path: Path) -> None:
    """Jupyter's own variables say where settings are."""
    assert jupyter_language({}, tmp_path) is None
    written(tmp_path / "config", '{"locale": "zh-CN"}')
    assert jupyter_language({"JUPYTER_CONFIG_DIR": str(tmp_path / "config")}, tmp_path) == "zh"
    settings = {"JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "config" / "lab" / "user-settings")}
    assert jupyter_language(settings, tmp_path) == "zh"
