"""Suite files as tables, from the models that read them. Pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from seatrial.harness.capability import Ignoring
from seatrial.harness.model import Settings
from seatrial.harness.plan import Suite
from seatrial.harness.profile import PROFILES
from seatrial.harness.scenario import Scenario
from seatrial.harness.sweep import OF_UPDATE, PARAMETERS, SETTINGS
from seatrial.harness.target import Target
from seatrial.reports.markup import Block, code, grid
from seatrial.reports.reference.fields import told

Schema = Mapping[str, Any]
"""A part of the JSON schema that pydantic makes of a suite file's models."""

TABLES = {
    "load": "LoadTable",
    "settings": "SettingsTable",
    "scenarios": "ScenarioTable",
    "sweep": "Sweep",
}
"""A table of a suite file → the model that reads it."""

HEAD = ("key", "value", "default", "what it is")
KINDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "table",
}
OWN = "each one's own"


def parts(
    scenarios: Mapping[str, type[Scenario]], targets: Mapping[str, type[Target]]
) -> Iterator[tuple[str, Block]]:
    """Every region that tells of suite files, with its name."""
    whole: Schema = Suite.model_json_schema()
    models: Schema = whole["$defs"]
    yield "suite", keys("", whole, models)
    for table in ("load", "scenarios", "sweep"):
        yield f"suite-{table}", keys(table, models[TABLES[table]], models)
    yield "suite-settings", settings(models[TABLES["settings"]], models, targets)
    yield "suite-sweepable", sweepable()
    yield "suite-parameters", parameters(scenarios)


def keys(table: str, model: Schema, models: Schema) -> Block:
    """The keys of a table, each with what may stand there."""
    needed = model.get("required", ())
    rows = [
        [
            code(name),
            kind(key, models),
            "has to be there" if name in needed else default(key),
            words(table, name, key),
        ]
        for name, key in model["properties"].items()
    ]
    return grid(HEAD, rows)


def words(table: str, name: str, key: Schema) -> str:
    """What the key is: as sweeps have it, where it is one of theirs too."""
    return SETTINGS.get(f"{table}.{name}") or str(key.get("description", ""))


def kind(key: Schema, models: Schema) -> str:
    """What may stand there."""
    if "$ref" in key:
        return kind(models[key["$ref"].rpartition("/")[2]], models)
    if "anyOf" in key:
        return " or ".join(kind(k, models) for k in key["anyOf"] if k.get("type") != "null")
    if "enum" in key:
        return " or ".join(code(json.dumps(word)) for word in key["enum"])
    if key.get("type") == "array":
        return f"list ({kind(key.get('items', {}), models)})"
    return _bounded(key)


def _bounded(key: Schema) -> str:
    word = KINDS.get(str(key.get("type")), "anything")
    if "exclusiveMinimum" in key:
        return f"{word} above {key['exclusiveMinimum']:g}"
    if "maximum" in key:
        return f"{word} from {key['minimum']:g} to {key['maximum']:g}"
    if "minimum" in key:
        return f"{word} from {key['minimum']:g}"
    return f"{word} as {code(key['pattern'])}" if "pattern" in key else word


def default(key: Schema) -> str:
    """What holds where the key is left out; of a table each key says its own."""
    value = key.get("default")
    return "" if value is None or isinstance(value, dict) else code(json.dumps(value))


def settings(model: Schema, models: Schema, targets: Mapping[str, type[Target]]) -> Block:
    """[settings]: beside each key what the profiles have, and where it does nothing."""
    head = ("key", "value", "what it is", *PROFILES, "without effect on")
    rows = [
        [
            code(name),
            kind(key, models),
            words("settings", name, key),
            *(_held(name, profile) for profile in PROFILES.values()),
            "; ".join(_without_effect(name, targets)),
        ]
        for name, key in model["properties"].items()
    ]
    return grid(head, rows)


def _held(name: str, profile: Settings) -> str:
    """A profile's value; those of an update are nobody's where it has no order."""
    value = getattr(profile, name)
    if value is None or (profile.order is None and f"settings.{name}" in OF_UPDATE):
        return OWN
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else f"{value:g}"


def _without_effect(name: str, targets: Mapping[str, type[Target]]) -> Iterator[str]:
    for short, target in sorted(targets.items()):
        if isinstance(target, Ignoring) and name in target.ignored:
            yield f"{short}: {target.ignored[name]}"


def sweepable() -> Block:
    """What a sweep may name."""
    own = (f"{PARAMETERS}.NAME", "parameter that all of the swept scenarios have")
    return grid(("setting", "what it is"), [[code(k), v] for k, v in (*SETTINGS.items(), own)])


def parameters(scenarios: Mapping[str, type[Scenario]]) -> Block:
    """What each scenario can be told otherwise."""
    return grid(
        ("scenario", "parameter", "type", "default", "what it is"),
        [
            [code(name), code(each.name), code(each.type), code(each.default), each.said]
            for name, scenario in sorted(scenarios.items())
            for each in told(scenario)
            if each.name != "variant"
        ],
    )
