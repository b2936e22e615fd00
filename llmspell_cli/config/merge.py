"""Puts the layers together: flags over environment over project file over user file over defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from llmspell_cli.config import model, settings
from llmspell_cli.config.discover import Found, find_files
from llmspell_cli.errors import ConfigurationProblem, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from llmspell_cli.config.kinds import KeyPath
    from llmspell_cli.config.layers import Flags, Layer, Origin


VARIABLE_PREFIX = "LLMSPELL_"


class Effective(NamedTuple):
    """The configuration in force, and where each value of it came from."""

    settings: model.Settings
    values: dict[str, Any]
    """The value of every key of the table in `config.settings`."""
    origins: dict[KeyPath, Origin]
    files: tuple[str, ...]
    """The files that were read, the strongest first."""

    def origin(self, path: KeyPath) -> Origin:
        """Where the value at `path` came from: its own place, or that of the value it is part of."""
        while path:
            if (origin := self.origins.get(path)) is not None:
                return origin
            path = path[:-1]
        from llmspell_cli.config.layers import DEFAULT

        return DEFAULT


def load(flags: Flags, environ: Mapping[str, str], folder: str) -> Effective:
    """The configuration of a run in `folder` (absolute).

    `--config` and `--no-config` among the flags decide about files. Raises `ConfigurationProblem` with
    everything that is wrong in any of the sources.
    """
    problems: list[Problem] = []
    config = flags.get("--config")
    if flags.get("--no-config"):
        if config is not None:
            problems.append(Problem("cannot be combined with --no-config", "--config"))
        files: list[Found] = []
    else:
        files = find_files(config if isinstance(config, str) else None, environ, folder)
    # Most runs have no file, many neither a variable nor a flag: then nothing that reads them is imported.
    layers: list[Layer] = []
    if files:
        from llmspell_cli.config.files import read_file

        layers.extend(read_file(found, folder, problems) for found in reversed(files))
    if flags or any(variable.startswith(VARIABLE_PREFIX) for variable in environ):
        from llmspell_cli.config.layers import environment_layer, flag_layer

        layers.append(environment_layer(environ, folder, problems))
        layers.append(flag_layer(flags, folder, problems))
    if problems:
        raise ConfigurationProblem(problems)
    values, origins = _merge(layers)
    return Effective(model.build(values), values, origins, tuple(found.path for found in files))


def _merge(layers: list[Layer]) -> tuple[dict[str, Any], dict[KeyPath, Origin]]:
    """The values of the layers, the weakest first. A table of levels is merged, all else replaced whole."""
    values = settings.defaults()
    origins: dict[KeyPath, Origin] = {}
    for layer in layers:
        for key, value in layer.values.items():
            path = settings.BY_KEY[key].path
            if isinstance(value, dict):
                values[key] = {**values[key], **value}
            else:
                values[key] = value
                for stale in [known for known in origins if known[: len(path)] == path]:
                    del origins[stale]
            for place, origin in layer.origins.items():
                if place[: len(path)] == path:
                    origins[place] = origin
    return values, origins
