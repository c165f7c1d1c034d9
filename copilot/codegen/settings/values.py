"""Values of settings: which a request can state at all, and the checks of type, range and choices."""

from __future__ import annotations

from typing import Any

from copilot.core.errors import InvalidRequest

Entry = dict[str, Any]
_SKIP = frozenset({"log_dir", "device", "tag", "env_id", "init_model_path", "asynchronous", "aux_critic"})


def settable(param: Entry) -> bool:
    """Whether a request can state this parameter: a number, a switch or one of named choices."""
    plain = {part.strip() for part in param["type"].split("|")} <= {"int", "float", "bool", "None"}
    return param["name"] not in _SKIP and (plain or bool(param["choices"]))


def coerce(param: Entry, value: Any) -> Any:
    """The value as the parameter's type.

    Raises:
        InvalidRequest: of the wrong type, or outside range or choices.
    """
    name, kinds = param["name"], {part.strip() for part in param["type"].split("|")}
    if value is None and "None" in kinds:
        return None
    if param["choices"]:
        if value not in param["choices"]:
            raise InvalidRequest(
                f"{name} is {value!r}; expected one of {', '.join(param['choices'])}.", hint=param["doc"]
            )
        return value
    if "bool" in kinds and isinstance(value, bool):
        return value
    if not isinstance(value, int | float) or isinstance(value, bool) or "bool" in kinds:
        raise InvalidRequest(f"{name} is {value!r}; expected {param['type']}.", hint=param["doc"])
    low, high, above = param["low"], param["high"], param["above"]
    least = f"more than {above}" if above is not None else f"at least {low}"
    expected = (
        least
        if high is None
        else f"{least} and at most {high}"
        if above is not None
        else f"a number from {low} to {high}"
    )
    too_low = (low is not None and value < low) or (above is not None and value <= above)
    too_high = high is not None and value > high
    if value != value:
        raise InvalidRequest(f"{name} is not a number; expected {expected}.", hint=f"{name}: {param['doc']}.")
    if value in (float("inf"), float("-inf")):
        raise InvalidRequest(
            f"The value for {name} has more than 18 digits; expected {expected}.", hint=f"{name}: {param['doc']}."
        )
    if too_low or too_high:
        raise InvalidRequest(f"{name} is {value}; expected {expected}.", hint=f"{name}: {param['doc']}.")
    if "float" in kinds:
        return float(value)
    if value != int(value):
        raise InvalidRequest(f"{name} is {value}; expected a whole number.", hint=f"{name}: {param['doc']}.")
    return int(value)
