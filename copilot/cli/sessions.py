"""`rllte-copilot sessions`: conversations that were kept: list, search, show, export, rename, delete."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from copilot.cli import output
from copilot.core import paths
from copilot.core.errors import InvalidRequest
from copilot.history import PastTurn, Session, Sessions, Work, markdown, write

json_option = click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object on stdout.")

WIDTH = 72
"""Characters of a question in a list."""


@click.group()
def sessions() -> None:
    """Conversations that were kept: list, search, show, export, rename, delete."""


@sessions.command("list")
@json_option
def list_sessions(as_json: bool) -> None:
    """Every session, the newest first: when, how many turns, its first question."""
    with output.reporting(as_json), _opened() as kept:
        found = kept.list()
        if as_json:
            output.emit({"sessions": [_session_json(session) for session in found]})
            return
        widest = min(36, max((len(session.id) for session in found), default=0))
        for session in found:
            when = f"{_moment(session.updated)}  {_turns(session):>9}"
            output.answer(f"{session.id:{widest}}  {when}  {_spoken_of(session)}")
        if not found:
            output.say("No conversation is kept yet: rllte-copilot ask --session ID QUESTION")


@sessions.command("search")
@click.argument("query")
@click.option("-n", "limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many matches.")
@json_option
def search_sessions(query: str, limit: int, as_json: bool) -> None:
    """Find all words of QUERY in titles, questions and answers; parts of words count, case does not."""
    with output.reporting(as_json), _opened() as kept:
        query = _readable(query)
        matches = kept.search(query, limit)
        if as_json:
            output.emit(
                {"query": query, "matches": [{**asdict(match), "asked": _iso(match.asked)} for match in matches]}
            )
            return
        for match in matches:
            turn = f", turn {match.turn}" if match.turn else ""
            output.answer(f"{match.session}{turn}  {_moment(match.asked)}  {match.place}")
            output.answer(f"    {match.snippet}")
        if not matches:
            output.say("Nothing found.")


@sessions.command("show")
@click.argument("identifier", metavar="ID")
@json_option
def show_session(identifier: str, as_json: bool) -> None:
    """Questions, answers and sources of a session."""
    with output.reporting(as_json), _opened() as kept:
        session = kept.get(_readable(identifier))
        turns = session.turns()
        if as_json:
            output.emit({**_session_json(session), "turns": [_turn_json(turn) for turn in turns]})
            return
        if not turns:
            plan = Work(session).plan()
            output.say(f"No turn yet{f'; a plan, rendered to {plan.script}' if plan else ''}.")
        for number, turn in enumerate(turns, start=1):
            output.answer(f"{'' if number == 1 else chr(10)}[{_moment(turn.asked)}] {turn.question}\n\n{turn.answer}")
            if turn.citations:
                from copilot.cli.render import show_sources

                show_sources(turn.answer, turn.citations)


@sessions.command("export")
@click.argument("identifier", metavar="ID")
@click.option("-o", "path", type=click.Path(dir_okay=False, path_type=Path), help="File to write; stdout without it.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@json_option
def export_session(identifier: str, path: Path | None, force: bool, as_json: bool) -> None:
    """A session as Markdown, with numbered sources."""
    with output.reporting(as_json), _opened() as kept:
        session = kept.get(_readable(identifier))
        text = markdown(session, session.turns())
        if path is not None:
            write(path, text, force=force)
        if as_json:
            output.emit({"id": session.id, "path": str(path) if path else None, "markdown": text})
        elif path is None:
            output.answer(text, end="")
        else:
            output.say(f"{session.id}: {_turns(session)} in {path}")


@sessions.command("rename")
@click.argument("identifier", metavar="ID")
@click.argument("title")
@json_option
def rename_session(identifier: str, title: str, as_json: bool) -> None:
    """Give a session a TITLE; it is continued by its ID as before."""
    with output.reporting(as_json), _opened() as kept:
        session = kept.rename(_readable(identifier), _readable(title))
        if as_json:
            output.emit({"id": session.id, "title": session.title})
        else:
            output.answer(f"{session.id}: {session.title}")


@sessions.command("delete")
@click.argument("identifiers", nargs=-1, metavar="[ID ...]")
@click.option("--all", "everything", is_flag=True, help="Every session.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@json_option
def delete_sessions(identifiers: tuple[str, ...], everything: bool, yes: bool, as_json: bool) -> None:
    """Forget sessions for good; asks first, unless --yes is given."""
    if everything == bool(identifiers):
        raise click.UsageError("Name the sessions to delete, or give --all; not both.")
    with output.reporting(as_json), _opened() as kept:
        named = kept.list() if everything else [kept.get(_readable(one)) for one in dict.fromkeys(identifiers)]
        gone = [session.id for session in named]
        if named and not yes and not _confirmed(named):
            gone = []
        elif everything:
            gone = [*kept.clear()]
        else:
            kept.delete(*gone)
        if as_json:
            output.emit({"deleted": gone})
        else:
            output.answer(f"Deleted: {', '.join(gone)}" if gone else "Nothing was deleted.")


def _confirmed(named: list[Session]) -> bool:
    if not output.asks():
        raise InvalidRequest("Deleting asks first, and there is no terminal to ask on.", hint="Give --yes.")
    for session in named:
        output.say(f"{session.id}  {_turns(session)}  {_spoken_of(session)}")
    return output.confirm("Delete for good?")


@contextmanager
def _opened() -> Iterator[Sessions]:
    with closing(Sessions(paths.sessions_file())) as kept:
        yield kept


def _readable(text: str) -> str:
    """As the assistant keeps it: bytes that were no text are replaced."""
    try:
        text.encode()
    except UnicodeEncodeError:
        from copilot.assistant.answer import readable  # loads much; mostly there is no need

        return readable(text)
    return text


def _session_json(session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "title": session.title,
        "created": _iso(session.created),
        "updated": _iso(session.updated),
        "count": session.count,
        "first_question": session.first_question,
    }


def _turn_json(turn: PastTurn) -> dict[str, Any]:
    return {**asdict(turn), "asked": _iso(turn.asked)}


def _spoken_of(session: Session) -> str:
    """Its title, where it has one of its own, and how it begins."""
    question = " ".join(session.first_question.split())
    text = question if session.title == session.id else f"{session.title}: {question}"
    text = text.removesuffix(": ")  # it may have no question yet
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"


def _turns(session: Session) -> str:
    return "1 turn" if session.count == 1 else f"{session.count} turns"


def _moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds):%Y-%m-%d %H:%M}"


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
