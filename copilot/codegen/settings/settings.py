"""The parameters that can be set for one experiment, and what a request says of them, each checked against its range."""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.names.literal import agent_mentions, spaced
from copilot.codegen.names.tasks import arguments
from copilot.codegen.once import once
from copilot.codegen.request.foreign import JOINT, foreign_names
from copilot.codegen.request.numbers import Number
from copilot.codegen.request.reading import Reading, phrase_pattern
from copilot.codegen.settings.stated import Stated
from copilot.codegen.settings.values import Entry, coerce, settable
from copilot.codegen.vocabulary import MODULES, SLOT_WORDS, SPOKEN
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest, UnknownName

RUN = ("num_train_steps", "num_envs", "seed")
_COMMA = re.compile(r"0[,，]\d+|\d+[,，]\d{1,2}(?!\d).*")
_POINT = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_ATTACHED = re.compile(
    r"\s*(?:(?:,?\s*whose|,?\s*(?:which|that)(?= (?:has|uses|takes|gets))|['’]s|with|"
    r"of|at|using|uses|takes|gets|has|is|and|的|用|取|:|\()\s*)*(?:an? |the |its )*"
)
_JOINED = re.compile(r"\s*(?:,\s*)?(?:and|和|且|以及)\s*")
"""Words that join two parts of a sentence and give neither to the other: "RND and lr 1e-4"."""
_CARRIED = re.compile(
    r"(?:(?:learning rate|batch size|[a-z_]+(?: (?:of|is|factor|size|rate|weight))?|学习率|批大小|批量|折扣|权重)"
    r"\s*[=:为是]?\s*"
    r"\d[\d.]*(?:e-?\d+)?\s*(?:,?\s*(?:and|plus)(?![a-z])(?:\s+(?:an?|its|the))?|和|且)\s*)+"
)
"""Settings before the next of one owner: "RND has learning rate 1e-4 and batch size 64"."""
_ITEM = r"[a-z_\u4e00-\u9fff]+(?: (?:rate|size|factor))?(?:(?:\s*[=:]\s*|\s+(?:(?:of|to|is|at) )?)\d[\d.]*(?:e-?\d+)?)?"
_BEHIND = re.compile(
    rf"{_ITEM}(?:\s+and\s+(?:an? |the )?{_ITEM})*\s+(?:for|of|in|inside) (?:the )?(?:(?:intrinsic )?reward |bonus )?"
)
"""From a setting to whom it is said to be of: "gamma 0.9 for RND", "lr 1e-3 and batch size 64 for RND"."""
_AGENT = re.compile(r"(?<![a-z])(?:the )?(?:agent|learner|algorithm)(?:['’]s)?(?![a-z])|智能体|主算法")
_OWN_WORDS = {
    "reward": re.compile(r"(?:(?<![a-z])(?:int|intr|intrinsic|bonus|r[eé]nyi|order)[\s._'’s]*|内在|阶数?)$"),
    "storage": re.compile(r"(?:(?<![a-z])(?:priorit\w*|exponent)[\s._'’s]*|优先级?|指数)$"),
}
"""Words right before a setting that only a module's has: "intr gamma", "Renyi order alpha", "priority alpha"."""
_STOP = re.compile(r"[;；。!！?？]|\.(?!\d)")

_AVERAGING = frozenset({"tau", "critic_target_tau"})
_POLYAK = re.compile(r"(?<![a-z])(?:polyak|ema|averag\w*)(?![a-z])[^,;.]*$")
"""Words after which a number is what the target keeps of itself, not what it takes over."""


class Settings:
    """The parameters that can be set for one agent and its modules, and what a request says of them."""

    def __init__(
        self,
        reading: Reading,
        catalogue: Catalogue,
        agent: str,
        modules: dict[str, tuple[str, int]],
        environment: Entry,
        *,
        whole: bool = False,
    ) -> None:
        self.reading = reading
        self.whole = whole
        """Whether the request is a whole experiment: then what follows from several of its settings can be computed."""
        self.agent = agent
        self.modules = modules
        self.environment = environment
        self.notes: list[str] = []
        self.apart: set[int] = set()
        """Where numbers stand that count something else than steps of training."""
        self.unset: set[int] = set()
        """Where numbers stand that are no setting at all; words on both sides of one belong together."""
        self.stated = Stated(modules={primitive: {} for primitive in modules})
        entry = catalogue.component(agent)
        maker = next(item for item in catalogue.functions if item["name"] == environment["maker"])["parameters"]
        own = {p["name"]: p for p in entry["parameters"] if settable(p)}
        steps = next(p for p in entry["methods"]["train"] if p["name"] == "num_train_steps")
        run = (steps, next(p for p in maker if p["name"] == "num_envs"), own.pop("seed"))
        env = {p["name"]: p for p in maker if settable(p) and p["name"] not in RUN}
        self.owners: dict[str, dict[str, Entry]] = {
            "run": {p["name"]: p for p in run},
            "agent": own,
            "train": {p["name"]: p for p in entry["methods"]["train"] if settable(p) and p["name"] not in RUN},
            "env": env,
            "task": _of_task(environment, maker),
        }
        """The parameters by whom they belong to; of two with one alias, that of the earlier is meant."""
        for primitive, (name, _) in modules.items():
            parameters = catalogue.component(name)["parameters"]
            self.owners[primitive] = {p["name"]: p for p in parameters if settable(p) and p["name"] not in (*RUN, *env)}
        self.schedules = [
            (owner, p)
            for owner, component in (("agent", agent), *((key, name) for key, (name, _) in modules.items()))
            for p in catalogue.component(component)["parameters"]
            if p["name"].endswith("_schedule")
        ]
        """Schedules by whom they belong to."""
        self.places = {primitive: self._places(primitive, end) for primitive, (_, end) in modules.items()}
        """Where the words of each module end."""
        self.agent_places = _named(reading, agent, catalogue)
        self._phrases = spoken_phrases(catalogue)

    def add(self, primitive: str, name: str, end: int, catalogue: Catalogue) -> None:
        """One more module, that the words name in another way."""
        known = {p["name"]: p for p in catalogue.component(name)["parameters"] if settable(p) and p["name"] not in RUN}
        self.modules = {**self.modules, primitive: (name, end)}
        self.owners[primitive] = {key: p for key, p in known.items() if key not in self.owners["env"]}
        self.stated.modules.setdefault(primitive, {})
        self.places[primitive] = self._places(primitive, end)

    def component(self, owner: str) -> str:
        """The name of the component that an owner is; of environments their id without version."""
        if owner in self.modules:
            return self.modules[owner][0]
        return self.agent if owner in ("agent", "train", "run") else f"env:{self.environment['maker']}"

    def names(self) -> list[str]:
        """All parameters that this experiment can set."""
        return sorted({name for group in self.owners.values() for name in group})

    def phrases(self, name: str) -> list[str]:
        """How people call a parameter."""
        return self._phrases.get(name, [name])

    def all_phrases(self) -> dict[str, list[str]]:
        """How people call each parameter of any component."""
        return self._phrases

    def put(self, name: str, value: Any, at: int = -1, owner: str | None = None) -> None:
        """State a value; `at` is where in the text, it decides between an agent and its module if no owner is given.

        Raises:
            InvalidRequest: outside the range, or contradicting what was stated.
            UnknownName: this experiment has no such parameter.
        """
        owner = owner or self.owner(name, at)
        group, checked = self.stated.of(owner), coerce(self.owners[owner][name], value)
        if name in group and group[name] != checked:
            raise InvalidRequest(
                f"The request gives two values for {name}: {group[name]!r} and {checked!r}.", hint="Give one of them."
            )
        group[name] = checked

    def put_number(self, name: str, number: Number, at: int = -1, owner: str | None = None) -> None:
        """State a number of the text.

        Raises:
            InvalidRequest: as `put`, or written so that it has two meanings.
            UnknownName: as `put`.
        """
        param = self.param(name) or {"type": ""}
        whole = "float" not in param["type"]
        if _COMMA.fullmatch(number.text) or (whole and _POINT.fullmatch(number.text)):
            raise InvalidRequest(
                f"{number.text!r} for {name} can be read in two ways.",
                hint="Write a decimal point as in 0.001, thousands as in 50,000 or 50000, a blank after a comma.",
            )
        value = number.value
        if (
            name in _AVERAGING
            and 0.9 <= value < 1
            and _POLYAK.search(self.reading.lower[max(0, number.start - 40) : number.start])
        ):
            value = round(1 - value, 12)
            self.notes.append(f"Averaging keeps {number.text} of the target at each step: {name}={value}.")
        self.put(name, value, at, owner)

    def has(self, name: str) -> bool:
        """True if the parameter has been stated."""
        return self.stated.has(name)

    def param(self, name: str) -> Entry | None:
        """The entry of a parameter, of the first that has it."""
        return next((group[name] for group in self.owners.values() if name in group), None)

    def owner(self, name: str, at: int = -1) -> str:
        """Whose parameter of this name is meant at this place of the text.

        Raises:
            UnknownName: this experiment has no such parameter.
        """
        if name in self.owners["run"]:
            return "run"
        beside = self.attached(name, at)
        if beside is not None:
            return beside
        having = [primitive for primitive in self.modules if name in self.owners[primitive]]
        owners = [owner for owner in ("agent", "train", "env", "task") if name in self.owners[owner]]
        if owners or having:
            return [*owners, *(p for p in having if not (p == "storage" and len(having) > 1)), *having][0]
        where = f"{self.agent} on {self.environment['id']}"
        raise UnknownName(f"setting of {where}", name, self.names())

    def alias_of(self, name: str) -> str | None:
        """The agent's parameter that people call by the name of a module's: its discount is a gamma, as RND's gamma is."""
        if name in self.owners["agent"]:
            return None
        return next((own for own, param in self.owners["agent"].items() if name in param["aliases"]), None)

    def attached(self, name: str, at: int) -> str | None:
        """The module to which the words around a place give what is named there; None if they give it to none."""
        having = [primitive for primitive in self.modules if name in self.owners[primitive]]
        one = name in self.owners["agent"]
        near = [(self._distance(primitive, name, at), primitive) for primitive in having]
        beside = min((row for row in near if row[0] is not None), default=None, key=lambda row: row[0] or 0)
        if beside is None or (beside[1] == "storage" and one):  # one value for both, see `fill`
            return None
        return beside[1]

    def _distance(self, primitive: str, name: str, at: int) -> int | None:
        """How far from a place the module is named that is meant there; None if it is not."""
        text, alias = self.reading.lower, self.alias_of(name)
        loose = primitive == "encoder" or not (name in self.owners["agent"] or alias)
        found = []
        for end in self.places[primitive]:
            between = text[end:at] if 0 <= end <= at else "."
            bracket = "(" in between and ")" not in between
            whose = re.search(r"(?<![a-z])whose\s*$", text[:at]) and not _STOP.search(between)
            listed = primitive == "storage" and alias and between.strip(" )") == ","  # PER, alpha 0.6
            attached = whose or bracket or between.lstrip(" )")[:1] == ":" or _gives(between) or listed
            attached = attached and not self._of_the_agent(end, at)
            if not _STOP.search(between) and len(between) < (120 if whose else 60) and (loose or attached):
                found.append(len(between))
        behind = (m for word in self._words(primitive) for m in phrase_pattern(word).finditer(text, max(at, 0)))
        found += [m.start() - at for m in behind if at >= 0 and _BEHIND.fullmatch(text, at, m.start())]
        if alias and at >= 0 and primitive in _OWN_WORDS and _OWN_WORDS[primitive].search(text, 0, at):
            found.append(0)
        return min(found, default=None)

    def _of_the_agent(self, end: int, at: int) -> bool:
        """Whether the agent is named between a module and a setting, or right behind it: "RND: beta 0.5, PPO: lr 1e-4"."""
        return any(
            end <= start < at or (start > at and _BEHIND.fullmatch(self.reading.lower, at, start))
            for start, _ in self.agent_places
        )

    def _words(self, primitive: str) -> tuple[str, ...]:
        """How the module itself is called."""
        name = self.modules[primitive][0]
        return (name, spaced(name), *MODULES.get(name, ()))

    def _places(self, primitive: str, end: int) -> list[int]:
        words = (*self._words(primitive), *SLOT_WORDS.get(primitive, ()))
        found = {m.end() for word in words for m in phrase_pattern(word).finditer(self.reading.lower)}
        return sorted({end, *found})


def _of_task(environment: Entry, maker: list[Entry]) -> dict[str, Entry]:
    """Parameters of the environment itself, where its maker passes them on."""
    inside = any(parameter["name"] == "env_kwargs" for parameter in maker)
    return {parameter["name"]: parameter for parameter in arguments(environment["id"])} if inside else {}


def _named(reading: Reading, agent: str, catalogue: Catalogue) -> list[tuple[int, int]]:
    """Where the agent itself is named."""
    named = [(m.start, m.end) for m in agent_mentions(Reading(reading.text), catalogue) if m.name == agent]
    return [*named, *(match.span() for match in _AGENT.finditer(reading.lower))]


def _gives(between: str) -> bool:
    """Whether the words from a module to a setting give it to the module, as "with" does, or "has lr 1e-4 and"."""
    first = _ATTACHED.match(between)
    rest = between[first.end() :] if first else between
    if _JOINED.fullmatch(between):
        return False
    return not rest or bool(first and first[0].strip() and _CARRIED.fullmatch(rest))


@once
def known_names(catalogue: Catalogue) -> frozenset[str]:
    """The names of all parameters, of components, their training and the makers of environments."""
    entries = [*catalogue.components, *catalogue.functions]
    own = {p["name"] for environment in catalogue.environments for p in arguments(environment["id"])}
    trained = {p["name"] for entry in entries for p in entry.get("methods", {}).get("train", [])}
    foreign = {phrase.replace(JOINT, "_") for phrases in foreign_names().values() for phrase in phrases}
    return frozenset({p["name"] for entry in entries for p in entry["parameters"]} | own | trained | foreign)


@once
def spoken_phrases(catalogue: Catalogue) -> dict[str, list[str]]:
    """How people call each parameter of any component."""
    foreign = foreign_names()
    found = {name: [name, *SPOKEN.get(name, ()), *foreign.get(name, ())] for name in RUN}
    for entry in catalogue.components:
        for param in [*entry["parameters"], *entry["methods"].get("train", [])]:
            if settable(param):
                name = param["name"]
                found.setdefault(name, [name, *SPOKEN.get(name, ()), *foreign.get(name, ())]).extend(param["aliases"])
    return {name: sorted(set(phrases)) for name, phrases in found.items()}
