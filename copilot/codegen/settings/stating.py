"""All settings that code can read out of a request, the surest words first."""

from __future__ import annotations

from copilot.codegen.names.devices import read_device
from copilot.codegen.settings.bounds import read_bounds
from copilot.codegen.settings.constant import read_constant
from copilot.codegen.settings.epsilons import read_epsilons, read_small_epsilon
from copilot.codegen.settings.fading import read_fading
from copilot.codegen.settings.letters import read_letters
from copilot.codegen.settings.meaning import read_meant, refuse_out_of_range
from copilot.codegen.settings.mentions import (
    read_length,
    read_named,
    read_observations,
    read_own_names,
    read_steps,
    read_worded,
)
from copilot.codegen.settings.minibatches import read_minibatches
from copilot.codegen.settings.optimisers import read_own_optimiser
from copilot.codegen.settings.ranges import read_ranges
from copilot.codegen.settings.rates import refuse_rates_apart
from copilot.codegen.settings.rising import read_rising
from copilot.codegen.settings.rollouts import read_rollout
from copilot.codegen.settings.schedules import read_schedules
from copilot.codegen.settings.settings import Settings
from copilot.codegen.settings.stated import Stated
from copilot.codegen.settings.switches import read_falling_rate, read_own_normalisation, read_switches
from copilot.codegen.settings.unset import read_denied, read_evaluated_on, read_ratio

_LONG_ROLLOUT = 10_000


def read_settings(settings: Settings) -> Stated:
    """Take all that code can read.

    Raises:
        InvalidRequest: a value outside its range, or two values for one setting.
        UnknownName: a value for a parameter that the agent does not have.
    """
    stated = settings.stated
    device = read_device(settings.reading)
    if device:
        stated.run["device"] = device
    if device == "auto":
        settings.notes.append("--device auto chooses a GPU if there is one, else the CPU.")
    read_denied(settings)
    read_evaluated_on(settings)
    read_ratio(settings)
    refuse_rates_apart(settings)
    read_letters(settings)
    read_minibatches(settings)
    read_fading(settings)
    read_rising(settings)
    read_small_epsilon(settings)
    read_schedules(settings)
    read_epsilons(settings)
    read_steps(settings)
    read_rollout(settings)
    read_observations(settings)
    read_own_normalisation(settings)
    read_constant(settings)
    read_falling_rate(settings)
    read_ranges(settings)
    read_bounds(settings)
    read_worded(settings)
    read_named(settings, explicit=True)
    read_own_names(settings)
    read_meant(settings, least=2)
    read_named(settings, explicit=False)
    read_meant(settings, least=1)
    read_meant(settings, least=2, wide=True)
    read_named(settings, explicit=False, last=True)
    read_switches(settings)
    refuse_out_of_range(settings)
    read_length(settings)
    read_own_optimiser(settings)
    if stated.agent.get("num_steps", 0) >= _LONG_ROLLOUT:
        settings.notes.append(
            f"num_steps={stated.agent['num_steps']} are the steps of each environment before an update, "
            "not those of the whole run."
        )
    return stated
