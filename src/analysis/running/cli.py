"""The command line: what is asked for, checked, handed on; heavy imports wait until needed."""

from __future__ import annotations

import argparse
import functools
import os
from contextlib import AbstractContextManager
from pathlib import Path

from analysis.running import parameters
from analysis.running.interrupt import listen, stop_if_asked
from analysis.running.parameters import UsageError
from analysis.running.streams import open_streams, say
from analysis.running.threads import ONE_THREAD

ROOT = Path(__file__).resolve().parents[3]
MOST_JOBS = 4
SAMPLE = "exampleshire"
LONGEST_EPOCH = 10
REPORT_HELP = {
    "--authority": "a folder of data/raw; may be given again (all of them)",
    "--period": "the month that the report ends with (the last complete one)",
    "--raw": "where the authorities' folders are (data/raw)",
    "--out": "where the reports go (reports, or reports-internal)",
    "--release": "public hides small counts (public)",
    "--jobs": f"notebooks that run at a time (one a core, {MOST_JOBS} at most)",
    "--scheduler": "run the notebooks on a Dask cluster, tcp://HOST:8786",
    "--keep": "complete reports of an authority that stay (all)",
    "--force": "make what has not changed, too",
    "--param": "a notebook's own parameter; may be given again",
}
DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


class OneLineParser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line, and knows options by their whole names."""

    def __init__(self, **options: object) -> None:
        super().__init__(allow_abbrev=False, **options)  # run.py looks for --scheduler too

    def error(self, message: str) -> None:
        """Stop with one line and exit code 2."""
        raise UsageError(message)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code."""
    open_streams()
    listen()
    os.environ.update(ONE_THREAD | os.environ)
    try:
        _check_folder()
        options = parser().parse_args(arguments)
        return options.command(options)
    except UsageError as error:
        say(f"analysis: {error}", wrong=True)
        return WRONG_USAGE
    except KeyboardInterrupt:
        say("analysis: interrupted; unfinished reports stand as they were", wrong=True)
        return INTERRUPTED


def _check_folder() -> None:
    """Refuse to run from a folder that has been deleted meanwhile: no path of it can be found."""
    try:
        Path.cwd()
    except FileNotFoundError as error:
        raise UsageError("the folder that this was started in is gone; start elsewhere") from error


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = OneLineParser(prog="analysis", description="Performance reports from extracts.")
    commands = top.add_subparsers(required=True, metavar="COMMAND", parser_class=OneLineParser)
    _add_report(commands)
    check = commands.add_parser("check", help="read and validate extracts, run nothing")
    check.add_argument("files", nargs="*", type=Path, metavar="FILE", help="these files alone")
    check.add_argument("--raw", type=Path, help="where the authorities' folders are (data/raw)")
    check.add_argument("--json", action="store_true", help="say it for a program")
    check.set_defaults(command=check_command)
    sample = commands.add_parser("sample", help="write a synthetic authority's extracts")
    sample.add_argument("out", type=Path, metavar="OUT", help="a new or empty folder")
    sample.add_argument("--months", type=int, default=48, help="months that it covers (48)")
    sample.add_argument("--seed", type=int, default=1, help="other children for another number (1)")
    sample.add_argument("--size", type=float, default=1.0, help="share of a city's contacts (1.0)")
    sample.set_defaults(command=sample_command)
    benchmarks = commands.add_parser("benchmarks", help="refresh data/raw/benchmarks.xlsx")
    benchmarks.add_argument("files", nargs="+", type=Path, metavar="FILE")
    benchmarks.set_defaults(command=benchmarks_command)
    schedule = commands.add_parser("schedule", help="print lines for cron, systemd and Windows")
    schedule.set_defaults(command=schedule_command)
    docs = commands.add_parser("docs", help="write the pages that are generated")
    docs.add_argument("--check", action="store_true", help="write nothing; 1 where one is stale")
    docs.set_defaults(command=docs_command)
    return top


def _add_report(commands: argparse._SubParsersAction) -> None:
    report = commands.add_parser("report", help="make the reports that changed")
    # the notebooks are read only where somebody asks for help
    report.format_help = lambda form=report.format_help: form() + _parameters_help()

    def add(option: str, **how: object) -> None:
        report.add_argument(option, help=REPORT_HELP[option], **how)

    add("--authority", action="append", default=[], metavar="NAME")
    add("--period", metavar="YYYY-MM")
    add("--raw", type=Path)
    add("--out", type=Path)
    add("--release", default="public", metavar="public|internal")
    add("--jobs", type=_positive, metavar="N")
    add("--scheduler", metavar="ADDRESS")
    add("--keep", type=_positive, metavar="N")
    add("--force", action="store_true")
    add("--param", action="append", default=[], metavar="NAME=VALUE")
    report.set_defaults(command=report_command)


def _parameters_help() -> str:
    """What --param may name, as the notebooks' own cells say."""
    told = parameters.parameters_help(parameters.notebooks_in(ROOT / "notebooks"))
    return f"\nparameters of the notebooks:\n{told}\n" if told else ""


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1")
    return int(text)


def report_command(options: argparse.Namespace) -> int:
    """``analysis report``."""
    from analysis.running.lock import Locked, LockLost
    from analysis.running.manifest import Request
    from analysis.running.report import run_report

    notebooks = parameters.notebooks_in(ROOT / "notebooks")
    if options.release not in parameters.RELEASES:
        raise UsageError(f"--release {options.release!r} is not public or internal")
    if options.scheduler == "":
        raise UsageError("--scheduler: no address is given, such as tcp://HOST:8786")
    _check_stated_time()
    raw = (options.raw or ROOT / "data" / "raw").absolute()
    default_out = "reports" if options.release == "public" else "reports-internal"
    out = (options.out or ROOT / default_out).absolute()
    if out.resolve().is_relative_to(raw.resolve()):
        raise UsageError(f"--out {out}: lies among the extracts; name a folder elsewhere")
    period = parameters.checked_period(options.period)
    values = parameters.notebook_parameters(notebooks, options.param)
    _make_sample_when_absent(options, raw)
    request = Request(
        raw=raw,
        out=out,
        processed=ROOT / "data" / "processed",
        period=period,
        release=options.release,
        notebooks=notebooks,
        parameters=values,
        force=options.force,
        keep=options.keep,
        authorities=parameters.checked_authorities(options.authority, raw),
    )
    try:
        summary = run_report(request, functools.partial(_workers, options))
    except (Locked, LockLost) as error:
        say(f"analysis: {error}", wrong=True)
        return FAILED
    except OSError as error:
        say(f"analysis: {request.out}: {error.strerror or error}", wrong=True)
        return FAILED
    stop_if_asked()
    say(summary.line())
    return summary.exit_code


def _check_stated_time() -> None:
    """Refuse a stated time that is none; an empty one, at which kernels hang, is as if not set."""
    said = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not said:
        os.environ.pop("SOURCE_DATE_EPOCH", None)
    elif not said.isdecimal() or len(said) > LONGEST_EPOCH:
        raise UsageError(f"SOURCE_DATE_EPOCH {said!r} is not a time in seconds since 1970")


def _workers(options: argparse.Namespace, authorities: int) -> AbstractContextManager:
    """The workers of a run: a cluster's where one is named, else this machine's processes.

    Of processes there is one for each authority at most: a second and its kernel take two seconds
    of a processor to start, and one authority's pages come no sooner by it. Several authorities
    are read by processes of their own, which take half as long as their notebooks.
    """
    jobs = options.jobs or min(MOST_JOBS, os.cpu_count() or 1)
    readers = 0 if authorities == 1 else max(1, jobs // 2)
    if options.scheduler:
        from analysis.running.cluster import cluster_workers

        return cluster_workers(options.scheduler, readers)
    from analysis.running.pool import process_workers

    return process_workers(min(jobs, authorities), readers)


def _make_sample_when_absent(options: argparse.Namespace, raw: Path) -> None:
    """Make the synthetic authority on a first run, so that a newcomer sees the whole suite."""
    asked_for = not options.authority or SAMPLE in options.authority
    if options.raw is not None or not asked_for or (raw / SAMPLE).exists():
        return
    from analysis.sources.sample import write_sample

    say(f"Making {SAMPLE}, a synthetic authority to look at (once) ...")
    try:
        write_sample(raw / SAMPLE)
    except OSError as error:
        say(f"{SAMPLE} could not be made in {raw}: {error.strerror}", wrong=True)


def check_command(options: argparse.Namespace) -> int:
    """``analysis check``."""
    from analysis.running.check import check

    if options.files and options.raw:
        raise UsageError("check takes files or --raw, not both")
    missing = [path for path in options.files if not path.exists()]
    if missing:
        raise UsageError(f"{missing[0]}: no such file")
    raw = options.raw or ROOT / "data" / "raw"
    if not options.files and not raw.is_dir():
        raise UsageError(f"--raw {raw}: no such folder")
    return check(options.files, raw, as_json=options.json)


def sample_command(options: argparse.Namespace) -> int:
    """``analysis sample``."""
    from analysis.sources.sample import write_sample

    try:
        write_sample(options.out, months=options.months, seed=options.seed, size=options.size)
    except (ValueError, FileExistsError) as error:
        raise UsageError(str(error)) from error
    except OSError as error:
        say(f"analysis: {options.out}: {error.strerror or error}", wrong=True)
        return FAILED
    say(f"{options.out}: a synthetic authority's extracts")
    return DONE


def benchmarks_command(options: argparse.Namespace) -> int:
    """``analysis benchmarks``: England, the regions, and every real authority of data/raw."""
    from analysis.sources.authority import load_authority_profile
    from analysis.sources.benchmark_files import BenchmarkError
    from analysis.sources.benchmarks import write_benchmarks
    from analysis.sources.inventory import BENCHMARKS, authorities
    from analysis.sources.problems import ExtractError

    raw = ROOT / "data" / "raw"
    try:
        folders = authorities(raw) if raw.is_dir() else []
        profiles = [load_authority_profile(raw / name) for name in folders]
        codes = [p.la_code for p in profiles if p.la_code and not p.synthetic]
        table = write_benchmarks(options.files, raw / BENCHMARKS, codes)
    except (BenchmarkError, ExtractError) as error:
        say(f"analysis: {error}", wrong=True)
        return FAILED
    say(f"data/raw/benchmarks.xlsx: {len(table):,} figures")
    return DONE


def schedule_command(options: argparse.Namespace) -> int:
    """``analysis schedule``."""
    from analysis.running.schedule import schedule_lines

    say(schedule_lines(ROOT))
    return DONE


def docs_command(options: argparse.Namespace) -> int:
    """``analysis docs``."""
    from analysis.running.docs import write_docs

    return write_docs(ROOT, check=options.check)
