"""The engines that are stood in for, in one table."""

from collections.abc import Callable
from pathlib import Path

from tests.server.backends.engines.comfy_server import ComfyStandIn
from tests.server.backends.engines.openai_api import OpenAIStandIn
from tests.server.backends.engines.sdcpp_server import SdcppStandIn
from tests.server.backends.engines.stand_in import StandIn
from tests.server.backends.engines.web_ui import WebUIStandIn

ENGINES: dict[str, Callable[[Path], StandIn]] = {
    "openai": lambda _: OpenAIStandIn(),
    "a1111": lambda _: WebUIStandIn(),
    "sdcpp": lambda _: SdcppStandIn(),
    "comfy": ComfyStandIn,
}
MODELS = {"openai": "tiny", "a1111": "", "sdcpp": "", "comfy": ""}
"""The model that is asked for; one that no table knows is drawn in any size."""
