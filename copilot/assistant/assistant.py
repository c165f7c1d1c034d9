"""The assistant as the CLI and the TUI see it: one object whose verbs yield typed events. Prints nothing.

Parts are opened at first use and kept: a second question neither loads the embedder nor opens the index again.
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copilot.assistant.answer import LOCAL_SOURCE_TOKENS, SERVED_SOURCE_TOKENS, Answerer, checked, prime, readable
from copilot.assistant.condense import Exchange
from copilot.assistant.interrupt import interruptible
from copilot.assistant.trace import parse
from copilot.core import paths
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import CopilotError, FileProblem, InvalidRequest, NoModel, of_system
from copilot.core.events import Answered, Event, Failed, LogLine, Metric, Phase, Ran
from copilot.core.settings import Settings
from copilot.history import KeptPlan, Sessions, Work
from copilot.knowledge import open_index
from copilot.models import check_chat, open_chat, open_embedder, open_reranker, profiles
from copilot.models.chat import Chat
from copilot.models.lazy import LazyChat
from copilot.retrieval import Retriever, require_words

if TYPE_CHECKING:  # and at their first use: a question of its own, the commonest start, needs none of them
    from copilot.assistant.act import Conversation
    from copilot.assistant.explain import Explainer
    from copilot.assistant.suggest import Suggestions
    from copilot.sandbox import Limits


class Assistant:
    """Ask, act, generate, run.

    Args:
        settings: which model and embedder, and where they are.
        use_model: False answers with passages and plans by code alone.
    """

    def __init__(self, settings: Settings, *, use_model: bool = True) -> None:
        self.settings = settings
        self.use_model = use_model and settings.model != "none"
        self._stop = threading.Event()
        self._opening = threading.Lock()
        self._opened: Retriever | None = None

    def retriever(self) -> Retriever:
        """The retriever, opened at first use."""
        with self._opening:
            if self._opened is None:
                embedder = open_embedder(self.settings)
                opened = Retriever(open_index(embedder), embedder, open_reranker(self.settings))
                opened.prepare()
                self._opened = opened
            return self._opened

    def warm(self) -> None:
        """Open the index and wake the model, so that the first question waits for neither.

        What goes wrong here is left for that question to say.
        """
        with contextlib.suppress(Exception):
            self.retriever()
        with contextlib.suppress(Exception):
            chat = self._chat()
            if chat is not None and not self.settings.base_url:
                prime(chat)

    def cancel(self) -> None:
        """End the turn in progress."""
        self._stop.set()

    def ask(self, question: str, session: str | None = None) -> Iterator[Event]:
        """Answer a question; with a session id, earlier turns are seen and this one is kept.

        In a session the line may also ask for something to be done (see `intent`); a pasted traceback is explained anywhere.
        """
        return self._turn(self._ask(question, session))

    def generate(
        self, request: str, out_dir: Path | None = None, spec: Path | None = None, session: str | None = None
    ) -> Iterator[Event]:
        """Turn a request into a checked `train.py`, or into the package of a new module or agent.

        Without `out_dir` it goes into a new folder of the data folder. With `spec`, a plan file, that plan is rendered;
        the request, which may be empty, says how to change it. With a session id an experiment's plan is that
        conversation's last one from then on.
        """
        return self._turn(self._generate(request, out_dir, spec, session))

    def replan(self, text: str, session: str) -> Iterator[Event]:
        """Render the last plan of a conversation as it has been edited, JSON."""
        return self._turn(self._replan(text, session))

    def plan(self, session: str) -> KeptPlan | None:
        """The last plan of a conversation."""
        with closing(Sessions(paths.sessions_file())) as sessions:
            return Work(sessions.open(readable(session))).plan()

    def fault(self, text: str) -> CopilotError | None:
        """What is wrong with a plan as JSON, with the whole check that rendering makes; None if nothing is."""
        from copilot.assistant.act import typed_plan
        from copilot.codegen import validate

        try:
            validate(typed_plan(text), load_catalogue())
        except CopilotError as error:
            return error
        return None

    def run(
        self,
        script: Path,
        args: list[str],
        limits: Limits | None = None,
        out_dir: Path | None = None,
        *,
        gpu: bool = False,
        session: str | None = None,
    ) -> Iterator[Event]:
        """Run a script in the sandbox, yielding its log and metrics as they come; a cancelled run still has its end.

        With a session id it is that conversation's last run from then on.

        With `gpu` it sees the graphics cards, which is weaker: only the user may ask for it, never a model.
        """
        self._stop = threading.Event()
        events = self._run(script, args, limits, out_dir, gpu, self._stop)
        return _said(_kept(events, script, args, session) if session else events)

    def advise(self, goal: str, session: str) -> Iterator[Event]:
        """What to run next in a conversation: for a goal, after its last run, or both."""
        return self._turn(self._advise(goal, session))

    def suggest(self, goal: str, runs: Sequence[str] = (), plan: Path | str | None = None) -> Suggestions:
        """Three to five next experiments, for a goal in words, after finished runs, or both.

        Without an index no further sources are found; without a model the reasons are the rules' own words.

        Raises:
            CopilotError: see `assistant.suggest.suggest`.
        """
        from copilot.assistant.suggest import suggest

        searcher: Retriever | None = None
        if goal.strip():
            with contextlib.suppress(CopilotError):
                searcher = self.retriever()
        return suggest(readable(goal), runs, load_catalogue(), plan=plan, searcher=searcher, chat=self._chat())

    def status(self) -> dict[str, Any]:
        """What is in use, for a status line."""
        server = self.settings.base_url
        return {
            "model": self.settings.model if self.use_model else None,
            "server": server,
            "reranker": self.settings.reranker_url,
            "embedder": self.settings.embedder,
            "embedder_server": self._embedder_server(),
        }

    def _embedder_server(self) -> str | None:
        """Where questions are embedded, if by a server; an embedder that is not there is told when it is opened."""
        try:
            embedding = profiles.get(self.settings.embedder).embedding
        except CopilotError:
            return None
        return (embedding and embedding.base_url) or None

    def _turn(self, events: Generator[Event]) -> Iterator[Event]:
        self._stop = threading.Event()
        return _said(interruptible(events, self._stop))

    def _chat(self) -> Chat | None:
        """The model, found anew for each turn: the engine may have ended itself since the last one.

        What can be known without it is raised here; it is opened when the turn comes to need it.
        """
        if not self.use_model:
            return None
        check_chat(self.settings)
        return LazyChat(lambda: open_chat(self.settings))

    def _ask(self, question: str, session: str | None) -> Generator[Event]:
        if session is not None and not session.strip():
            raise InvalidRequest("The session's name is empty.", hint="Name it, or leave it out: nothing is kept then.")
        require_words(question)
        if session:
            with self._conversation(session) as conversation:
                yield from conversation.say(question)
        elif (trace := parse(question)) is not None and any(raised.frames for raised in trace.chain):
            from copilot.assistant.explain import Failure

            yield from self._explainer().explain(Failure(trace, readable(question), name="train.py"))
        else:
            yield from self._answers(question, ())

    def _answers(self, question: str, earlier: Sequence[Exchange]) -> Iterator[Event]:
        question, chat = checked(question), self._chat()
        yield Phase("open", "opening the index")
        yield from Answerer(self.retriever(), chat, self._source_tokens).ask(question, earlier)

    def _explainer(self) -> Explainer:
        from copilot.assistant.explain import Explainer

        return Explainer(self.retriever, self._planner(), self._source_tokens)

    @property
    def _source_tokens(self) -> int:
        return SERVED_SOURCE_TOKENS if self.settings.base_url else LOCAL_SOURCE_TOKENS

    @contextlib.contextmanager
    def _conversation(self, session: str) -> Iterator[Conversation]:
        from copilot.assistant.act import Conversation, Tools

        with closing(Sessions(paths.sessions_file())) as sessions:
            tools = Tools(load_catalogue(), self._planner, self._explainer, self._answers, self._made)
            yield Conversation(sessions.open(readable(session)), tools)

    def _generate(self, request: str, out_dir: Path | None, spec: Path | None, session: str | None) -> Generator[Event]:
        events = self._made(request, out_dir, spec)
        if not session:
            yield from events
            return
        with self._conversation(session) as conversation:
            for event in conversation.made(events):
                if isinstance(event, Answered):
                    conversation.keep(f"/generate {readable(request)}", event)
                yield event

    def _made(self, request: str, out_dir: Path | None = None, spec: Path | None = None) -> Iterator[Event]:
        from copilot.assistant.create import create
        from copilot.assistant.generate import generate
        from copilot.codegen.authoring import AgentSpec, ModuleSpec, kind_of
        from copilot.codegen.spec import KINDS, ComparisonSpec, ExperimentSpec, read_spec

        folder = out_dir or paths.home() / "scripts" / datetime.now().strftime("%Y%m%d-%H%M%S-%f")
        request, catalogue = readable(request), load_catalogue()
        kinds: dict[str, type[ExperimentSpec | ComparisonSpec | ModuleSpec | AgentSpec]]
        kinds = {**KINDS, "module": ModuleSpec, "agent": AgentSpec}
        given = read_spec(spec, kinds) if spec else None
        chat = self._planner() if request else None  # a plan alone needs nobody to read it
        weaker, stop = self.settings.weaker_sandbox, self._stop
        if isinstance(given, ModuleSpec | AgentSpec):
            if request.strip():
                raise InvalidRequest(
                    f"The plan {spec} is of a new {given.kind}; words change plans of experiments only.",
                    hint="Edit the file, and render it without a request; or ask anew, without --spec.",
                )
            yield from create(given, folder, catalogue, chat, weaker=weaker, cancel=stop)
        elif given is None and kind_of(request) != "experiment":
            yield from create(request, folder, catalogue, chat, weaker=weaker, cancel=stop)
        else:
            yield from generate(request, folder, catalogue, chat, given, spec)

    def _replan(self, text: str, session: str) -> Generator[Event]:
        with self._conversation(session) as conversation:
            yield from conversation.replan(text)

    def _advise(self, goal: str, session: str) -> Generator[Event]:
        with self._conversation(session) as conversation:
            for event in conversation.advise(goal):
                if isinstance(event, Answered):
                    conversation.keep(f"/suggest {goal}".strip(), event)
                yield event

    def _planner(self) -> Chat | None:
        """Planning works without a model: code reads most requests whole, and the notes say what was left open."""
        try:
            return self._chat()
        except NoModel:
            return None

    def _run(
        self,
        script: Path,
        args: list[str],
        limits: Limits | None,
        out_dir: Path | None,
        gpu: bool,
        stop: threading.Event,
    ) -> Iterator[Event]:
        from copilot.assistant.finished import keep_plan
        from copilot.sandbox import Limits, run_script, stream
        from copilot.sandbox import LogLine as SandboxLog
        from copilot.sandbox import MetricLine as SandboxMetric

        if not script.is_file():
            raise FileProblem(f"There is no script {script}.", hint="Write one: rllte-copilot generate '...' -o out")
        yield Phase("run", f"running {script.name} in the sandbox")

        def run(forward: Any) -> Any:
            with alone(script) as shown:
                return run_script(
                    shown,
                    args,
                    limits=limits or Limits(),
                    run_dir=out_dir,
                    readable=[paths.library_dir()],
                    gpu=gpu,
                    on_event=forward,
                    cancel=stop,
                    weaker=self.settings.weaker_sandbox,
                )

        with contextlib.closing(stream(run, stop)) as items:  # closed at once, so that the record is written in time
            for item in items:
                if isinstance(item, SandboxLog):
                    yield LogLine(item.text, item.stream)
                elif isinstance(item, SandboxMetric):
                    yield Metric(item.values)
                else:
                    keep_plan(script, args, Path(item.log).parent)
                    yield Ran(item)


def _kept(events: Iterator[Event], script: Path, args: list[str], session: str) -> Iterator[Event]:
    """The same events; the run is kept with the conversation when it ends."""
    from copilot.assistant.act import plan_beside
    from copilot.assistant.tell import ran

    text = script.read_text(encoding="utf-8", errors="replace") if script.is_file() else ""
    spec = plan_beside(script)
    for event in events:
        if isinstance(event, Ran):
            folder, result = Path(event.result.log).parent, event.result
            with closing(Sessions(paths.sessions_file())) as sessions:
                kept = sessions.open(readable(session))
                Work(kept).keep_run(folder, script.name, text, spec)
                reward = (result.metrics.get("eval") or result.metrics).get("episode_reward")
                line = readable(" ".join(["/run", script.name, *args]))
                kept.add(line, ran(result.status, result.wall_s, reward, str(folder)), [], kind="ran")
        yield event


@contextlib.contextmanager
def alone(script: Path) -> Iterator[Path]:
    """The one file that a run is shown: the script, or a package's with its module, for as long as it lasts."""
    from copilot.codegen.authoring.bundle import bundled

    text = bundled(script)
    if text is None:
        yield script
        return
    with tempfile.TemporaryDirectory(prefix="package-") as folder:
        (Path(folder) / script.name).write_text(text, encoding="utf-8")
        yield Path(folder) / script.name


def _said(events: Iterator[Event]) -> Iterator[Event]:
    """A user's mistake, or a disk that is full or locked, is an event like any other."""
    try:
        yield from events
    except CopilotError as error:
        yield Failed(error.kind, error.message, error.hint)
    except OSError as error:
        refused = of_system(error)
        yield Failed(refused.kind, refused.message, refused.hint)
