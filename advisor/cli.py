"""The command line: one command a verb, and no logic. Rooms are imported when a command needs them."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from advisor.errors import AdvisorError

if TYPE_CHECKING:
    from advisor.answer import Advisor

__all__ = ["app", "main"]

app = typer.Typer(
    name="advisor",
    help="Answers visiting physicians' questions on observerships, visas and licences, always with sources.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
index = typer.Typer(help="Build the index and choose which build serves.", no_args_is_help=True)
corpus = typer.Typer(help="Read, check and extend the curated corpus.", no_args_is_help=True)
app.add_typer(index, name="index")
evaluate = typer.Typer(help="Measure search and answers, and fit what is learned.", invoke_without_command=True)
app.add_typer(corpus, name="corpus")
app.add_typer(evaluate, name="evaluate")


class Split(StrEnum):
    """Which of our own questions."""

    DEV = "dev"
    TEST = "test"
    ALL = "all"


def _advisor() -> Advisor:
    """The advisor, its index built first if there is none yet."""
    from advisor.answer import Advisor
    from advisor.errors import NoBuildError
    from advisor.rebuild import rebuild
    from advisor.settings import load_settings

    settings = load_settings()
    try:
        return Advisor.open(settings)
    except NoBuildError:
        typer.echo("No index yet; building it (once, a few minutes).", err=True)
        rebuild(settings)
        return Advisor.open(settings)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question; standard input if left out.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    batch: Annotated[
        str | None,
        typer.Option(help='A file of {"id","text"} a line, or - for standard input; needs --json.'),
    ] = None,
) -> None:
    """Answer one question, or a file of them."""
    from advisor.show import answer_batch, print_answer

    if batch is not None:
        if not json:
            raise typer.BadParameter("--batch prints JSON; add --json")
        answer_batch(_advisor(), batch, sys.stdout)
        return
    text = question if question is not None else sys.stdin.read()
    answer = _advisor().ask(text)
    if json:
        typer.echo(answer.model_dump_json())
    else:
        print_answer(answer)


@app.command()
def chat() -> None:
    """The same conversation as on Telegram, in a terminal."""
    from advisor.show import converse

    converse(_advisor())


@app.command()
def search(
    query: Annotated[str | None, typer.Argument(help="The query.")] = None,
    batch: Annotated[Path | None, typer.Option(help='A file of {"id","text"} a line.')] = None,
    run: Annotated[Path | None, typer.Option(help="Write a TREC run to this file; needs --batch.")] = None,
    index_dir: Annotated[Path | None, typer.Option("--index", help="The folder of the index.")] = None,
    count: Annotated[int, typer.Option("-k", min=1, max=1000, help="Passages for each query.")] = 10,
) -> None:
    """Search alone: passages with their scores, or a TREC run."""
    from advisor.index import load_encoder, open_index
    from advisor.settings import load_settings
    from advisor.show import print_hits, write_run

    settings = load_settings(index_dir=index_dir)
    opened = open_index(settings.index_dir, load_encoder(settings.model, settings.threads, settings.models_dir))
    if batch is not None and run is not None:
        write_run(opened, batch, run, count)
    elif query is not None:
        print_hits(opened, query, count)
    else:
        raise typer.BadParameter("give a query, or --batch FILE with --run FILE")


@app.command()
def bot() -> None:
    """Run the Telegram bot until it is stopped."""
    import asyncio

    from advisor.logs import set_up_logs
    from advisor.settings import load_settings
    from advisor.telegram import run_bot

    settings = load_settings()
    set_up_logs(settings)
    asyncio.run(run_bot(settings))


@app.command()
def doctor() -> None:
    """Tell what is wrong with this installation and how to mend it; exit with 1 if anything is."""
    from advisor.doctor import examine

    findings = examine()
    for finding in findings:
        typer.echo(str(finding))
    raise typer.Exit(0 if all(finding.well for finding in findings) else 1)


@app.command(
    "official",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def official(context: typer.Context) -> None:
    """Fetch, read, compare and watch the official texts: `advisor official --help` lists the commands."""
    from advisor.official.cli import app as commands  # a room that takes long to import

    commands(args=context.args, prog_name="advisor official")


@index.command("build")
def index_build(
    full: Annotated[bool, typer.Option(help="Compute every vector again.")] = False,
    check: Annotated[bool, typer.Option(help="Only say what would change.")] = False,
    roll_back: Annotated[bool, typer.Option("--rollback", help="Let the previous build serve again.")] = False,
    keep: Annotated[int | None, typer.Option(min=1, help="How many builds to keep.")] = None,
    force: Annotated[str | None, typer.Option(help="Publish even if the gate refuses, for this reason.")] = None,
    passages: Annotated[Path | None, typer.Option(help='Index this file of {"id","title","text"} lines.')] = None,
    out: Annotated[Path | None, typer.Option(help="The folder of the index.")] = None,
) -> None:
    """Build the index from the corpus, or from any passages, and let it serve."""
    from advisor.beside import SecondProcess
    from advisor.settings import load_settings

    settings = load_settings(index_dir=out, keep_builds=keep)
    # Begun before the rest is imported, it has read the documents when they are wanted.
    second = None if check or roll_back else SecondProcess(None if passages else settings.corpus_dir)
    from advisor.index import rollback
    from advisor.rebuild import plan, rebuild

    if roll_back:
        typer.echo(f"build {rollback(settings.index_dir)} serves again")
    elif check:
        typer.echo(plan(settings, passages))
    else:
        manifest = rebuild(settings, passages=passages, full=full, force=force, second=second)
        typer.echo(f"build {manifest.build}: {manifest.passages} passages, {manifest.entries} vectors")


@index.command("status")
def index_status() -> None:
    """Which build serves, from what it was made, and which can be gone back to."""
    from advisor.index import builds_dir, read_builds, read_manifest
    from advisor.settings import load_settings

    folder = load_settings().index_dir
    builds = read_builds(folder)
    manifest = read_manifest(builds_dir(folder) / builds.current)
    typer.echo(
        f"serving   {manifest.build}: {manifest.passages} passages, {manifest.entries} vectors, {manifest.model}"
    )
    for name in builds.previous:
        typer.echo(f"previous  {name}")


@index.command("rollback")
def index_rollback() -> None:
    """Let the previous build serve again."""
    from advisor.index import rollback
    from advisor.settings import load_settings

    typer.echo(f"build {rollback(load_settings().index_dir)} serves again")


@corpus.command("check")
def corpus_check(
    files: Annotated[list[Path] | None, typer.Argument(help="Report on these files alone.")] = None,
    official: Annotated[
        bool, typer.Option("--official", help="Check citations and numbers against the fetched official texts.")
    ] = False,
) -> None:
    """Check the corpus; print every problem as file:line and exit with 1 if there is one."""
    from advisor.corpus import check_corpus
    from advisor.settings import load_settings

    if official:
        from advisor.show_official import check_against_law

        raise typer.Exit(0 if check_against_law(load_settings(), files or ()) else 1)
    problems = check_corpus(load_settings().corpus_dir, datetime.now(UTC).date(), files or ())
    for problem in problems:
        typer.echo(str(problem))
    typer.echo(f"{len(problems)} problem(s)" if problems else "The corpus is in order.", err=bool(problems))
    raise typer.Exit(1 if problems else 0)


@corpus.command("new")
def corpus_new(
    identity: Annotated[str, typer.Argument(metavar="ID", help="Such as us-visa-refusal or program-some-hospital.")],
    topic: Annotated[str | None, typer.Option(help="What a document is about, an id of topics.yaml.")] = None,
) -> None:
    """Start a document, a programme (program-...) or an award (award-...) from a template."""
    from advisor.corpus import new_file
    from advisor.settings import load_settings

    path = new_file(load_settings().corpus_dir, identity, datetime.now(UTC).date(), topic)
    typer.echo(f"{path}: fill in what is marked TODO, then run: advisor corpus check {path}")


@corpus.command("report")
def corpus_report(
    write: Annotated[bool, typer.Option("--write", help="Write docs/corpus.md instead of printing.")] = False,
) -> None:
    """Count what the corpus holds: sections, sources and their age, empty fields, countries, topics."""
    from advisor.corpus import as_markdown, load_corpus, report
    from advisor.settings import load_settings
    from advisor.show_corpus import print_tables

    folder = load_settings().corpus_dir
    tables = report(load_corpus(folder))
    if write:
        page = folder.parent / "docs" / "corpus.md"
        if not page.parent.is_dir():
            raise typer.BadParameter(f"--write is for a checkout; there is no folder {page.parent}")
        page.write_text(as_markdown(tables), encoding="utf-8")
        typer.echo(f"wrote {page}")
    else:
        print_tables(tables)


@corpus.command("stale")
def corpus_stale(
    days: Annotated[int, typer.Option(min=0, help="How old a source may be.")] = 365,
    reviews: Annotated[bool, typer.Option("--reviews", help="Count from the last review alone.")] = False,
) -> None:
    """List the sections and records whose sources must be read again: the oldest first."""
    from advisor.corpus import load_corpus, stale
    from advisor.settings import load_settings
    from advisor.show_corpus import print_stale
    from advisor.show_official import print_changed_rules

    corpus = load_corpus(load_settings().corpus_dir)
    print_changed_rules(load_settings(), corpus.documents)
    print_stale(stale(corpus, datetime.now(UTC).date(), days, reviews_only=reviews))


@evaluate.callback()
def evaluate_trec(
    context: typer.Context,
    run: Annotated[Path | None, typer.Option(help="A TREC run; needs --qrels.")] = None,
    qrels: Annotated[Path | None, typer.Option(help="TREC judgements; needs --run.")] = None,
) -> None:
    """Measure search and answers, and fit what is learned; with --run and --qrels, measure TREC files."""
    if run is not None and qrels is not None:
        from advisor.evaluate.run import evaluate_trec

        typer.echo(evaluate_trec(run, qrels))
    elif run is not None or qrels is not None:
        raise typer.BadParameter("--run and --qrels go together")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


@evaluate.command("questions")
def evaluate_questions(
    files: Annotated[list[Path] | None, typer.Argument(help="Question files; those of the checkout if none.")] = None,
    split: Annotated[Split, typer.Option(help="Which questions.")] = Split.ALL,
    out: Annotated[Path | None, typer.Option(help="Where report, plots and answers go.")] = None,
) -> None:
    """Measure search and answers on our own questions; write the report and print it."""
    from advisor.evaluate.run import evaluate_questions, load_questions
    from advisor.settings import load_settings

    folder = out or load_settings().data_dir / "evaluation"
    questions = load_questions(files or (), split.value)
    typer.echo(evaluate_questions(_advisor(), questions, folder))
    typer.echo(f"written to {folder}", err=True)


@evaluate.command("compare")
def evaluate_compare(
    first: Annotated[str, typer.Argument(help="A build's id, its folder, or the folder of an index.")],
    second: Annotated[str, typer.Argument(help="The same.")],
    files: Annotated[list[Path] | None, typer.Option("--questions", help="Question files.")] = None,
    split: Annotated[Split, typer.Option(help="Which questions.")] = Split.ALL,
) -> None:
    """Compare two builds on the same questions, with paired tests."""
    from advisor.evaluate.run import compare_builds, load_questions
    from advisor.index import load_encoder
    from advisor.settings import load_settings

    settings = load_settings()
    questions = load_questions(files or (), split.value)
    encoder = load_encoder(settings.model, settings.threads, settings.models_dir)
    typer.echo(compare_builds(first, second, questions, encoder, settings))


@evaluate.command("fit")
def evaluate_fit(
    files: Annotated[list[Path] | None, typer.Option("--questions", help="Question files.")] = None,
    extra: Annotated[
        Path | None, typer.Option(help='More questions for the calibration: {"text","answerable","near"} a line.')
    ] = None,
) -> None:
    """Fit the fusion of search and the calibration of answers on development questions, and keep them."""
    from advisor.evaluate.run import fit_models, load_questions, save_models
    from advisor.index import load_encoder
    from advisor.rebuild import read_input
    from advisor.settings import load_settings

    settings = load_settings()
    encoder = load_encoder(settings.model, settings.threads, settings.models_dir)
    source = read_input(settings)
    fitted = fit_models(source, encoder, settings.index_dir, load_questions(files or (), "dev"), extra, typer.echo)
    for name, value in fitted.figures.items():
        typer.echo(f"{name}: {value:.3f}")
    for path in save_models(fitted):
        typer.echo(f"wrote {path}")


@evaluate.command("project")
def evaluate_project() -> None:
    """Learn the projection of meanings from the asks of the corpus, and keep it; then build the index, then fit."""
    from advisor.evaluate.run import learn_and_save_projection
    from advisor.index import load_encoder
    from advisor.rebuild import read_input
    from advisor.settings import load_settings

    settings = load_settings()
    encoder = load_encoder(settings.model, settings.threads, settings.models_dir)
    path = learn_and_save_projection(read_input(settings), encoder, settings.index_dir, typer.echo)
    typer.echo(f"wrote {path}")


def main() -> None:
    """Run the command line; what the advisor raises on purpose becomes one line and an exit code."""
    try:
        app()
    except AdvisorError as error:
        typer.echo(f"advisor: {error}", err=True)
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        typer.echo("advisor: stopped", err=True)
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
