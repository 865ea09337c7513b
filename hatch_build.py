"""Compile the message catalogues (.po → .mo) whenever the package is built or installed for development."""

import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))
from scripts.catalogues import compile_all


class CatalogueHook(BuildHookInterface):
    def initialize(self, version, build_data):
        compile_all(Path(self.root) / "src")
