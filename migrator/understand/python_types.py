"""What Python and its standard library return: enough of it to tell text from everything else.

Source: the library reference; only results that every supported Python shares are listed.
"""

from __future__ import annotations

TEXT_METHODS = frozenset(
    [
        "capitalize",
        "casefold",
        "center",
        "expandtabs",
        "format",
        "format_map",
        "join",
        "ljust",
        "lower",
        "lstrip",
        "removeprefix",
        "removesuffix",
        "replace",
        "rjust",
        "rstrip",
        "strip",
        "swapcase",
        "title",
        "translate",
        "upper",
        "zfill",
    ]
)
"""Methods of `str` that return `str`."""

METHODS: dict[tuple[str, str], str] = {
    **{("str", name): "str" for name in TEXT_METHODS},
    ("str", "split"): "list[str]",
    ("str", "rsplit"): "list[str]",
    ("str", "splitlines"): "list[str]",
    ("str", "partition"): "list[str]",
    ("str", "encode"): "bytes",
    ("bytes", "decode"): "str",
    ("text file", "read"): "str",
    ("text file", "readline"): "str",
    ("text file", "readlines"): "list[str]",
    ("text file", "__enter__"): "text file",
    ("binary file", "read"): "bytes",
    ("binary file", "__enter__"): "binary file",
    ("pathlib.Path", "read_text"): "str",
    ("pathlib.Path", "read_bytes"): "bytes",
    ("pathlib.Path", "resolve"): "pathlib.Path",
    ("pathlib.Path", "absolute"): "pathlib.Path",
    ("pathlib.Path", "expanduser"): "pathlib.Path",
    ("pathlib.Path", "joinpath"): "pathlib.Path",
    ("pathlib.Path", "with_name"): "pathlib.Path",
    ("pathlib.Path", "with_suffix"): "pathlib.Path",
    ("io.BytesIO", "getvalue"): "bytes",
    ("io.BytesIO", "read"): "bytes",
    ("io.StringIO", "getvalue"): "str",
    ("io.StringIO", "read"): "str",
    ("string.Template", "substitute"): "str",
    ("string.Template", "safe_substitute"): "str",
    ("datetime", "isoformat"): "str",
    ("datetime", "strftime"): "str",
    ("mapping of text", "get"): "str",
    ("requests.Session", "get"): "requests.Response",
    ("requests.Session", "post"): "requests.Response",
    ("jinja2.Template", "render"): "str",
    ("jinja2.Environment", "get_template"): "jinja2.Template",
    ("jinja2.Environment", "from_string"): "jinja2.Template",
}

ATTRIBUTES: dict[tuple[str, str], str] = {
    ("text file", "buffer"): "binary file",
    ("pathlib.Path", "name"): "str",
    ("pathlib.Path", "stem"): "str",
    ("pathlib.Path", "suffix"): "str",
    ("pathlib.Path", "parent"): "pathlib.Path",
}

EVENT_LOOP = "asyncio.AbstractEventLoop"

FUNCTIONS: dict[str, str] = {
    "str": "str",
    "repr": "str",
    "ascii": "str",
    "chr": "str",
    "format": "str",
    "input": "str",
    "int": "int",
    "float": "float",
    "bool": "bool",
    "len": "int",
    "bytes": "bytes",
    "base64.b64decode": "bytes",
    "base64.b64encode": "bytes",
    "base64.standard_b64encode": "bytes",
    "base64.urlsafe_b64decode": "bytes",
    "base64.urlsafe_b64encode": "bytes",
    "json.dumps": "str",
    "textwrap.dedent": "str",
    "textwrap.indent": "str",
    "textwrap.fill": "str",
    "textwrap.shorten": "str",
    "inspect.cleandoc": "str",
    "inspect.getsource": "str",
    "mimetypes.guess_extension": "str | None",
    "mimetypes.guess_type": "list[str | None]",
    "os.getenv": "str",
    "os.environ.get": "str",
    "os.environ.pop": "str",
    "os.getcwd": "str",
    "os.path.join": "str",
    "os.path.basename": "str",
    "os.path.dirname": "str",
    "os.path.abspath": "str",
    "os.path.expanduser": "str",
    "os.fspath": "str",
    "sys.stdin.read": "str",
    "sys.stdin.readline": "str",
    "getpass.getpass": "str",
    "click.prompt": "str",
    "html.escape": "str",
    "html.unescape": "str",
    "random.choice": "?",
    "re.sub": "str",
    "pprint.pformat": "str",
    "time.strftime": "str",
    "traceback.format_exc": "str",
    "pathlib.Path.read_text": "str",
    "pathlib.Path.cwd": "pathlib.Path",
    "pathlib.Path.home": "pathlib.Path",
    "time.time": "float",
    "time.perf_counter": "float",
    "time.monotonic": "float",
    "asyncio.get_event_loop": EVENT_LOOP,
    "asyncio.get_running_loop": EVENT_LOOP,
    "asyncio.new_event_loop": EVENT_LOOP,
    "anyio.create_task_group": "anyio.abc.TaskGroup",
    "uuid.uuid4": "uuid.UUID",
}

CONSTRUCTORS: dict[str, str] = {
    "pathlib.PurePath": "pathlib.Path",
    "pathlib.PosixPath": "pathlib.Path",
}

SUBSCRIPTS: dict[str, str] = {"os.environ": "str", "sys.argv": "str"}

ITERATED: dict[str, str] = {
    "csv.DictReader": "mapping of text",
    "csv.reader": "list[str]",
}
"""Types of the standard library -> what iterating over one gives."""

SYMBOL_TYPES: dict[str, str] = {
    "sys.argv": "list[str]",
    "sys.stdin": "text file",
    "os.linesep": "str",
    "os.sep": "str",
}
"""Module attributes whose type is known."""

FORWARDERS: dict[str, int] = {
    "asyncio.to_thread": 0,
    "anyio.to_thread.run_sync": 0,
    "starlette.concurrency.run_in_threadpool": 0,
    "fastapi.concurrency.run_in_threadpool": 0,
}
"""Functions that call their argument at this index with the arguments after it; awaitable."""

AWAITERS = frozenset({"asyncio.run", "anyio.run"})
TASK_MAKERS = frozenset(
    {
        "asyncio.create_task",
        "asyncio.ensure_future",
        "asyncio.run_coroutine_threadsafe",
        "asyncio.shield",
        "asyncio.wait_for",
    }
)
RUNNERS = AWAITERS | TASK_MAKERS | {"asyncio.gather"}
"""Functions that are handed what is awaitable, and nothing else."""
WAITERS = frozenset({"asyncio.wait", "concurrent.futures.wait"})
"""Functions that give the tasks which are done, and those which are not."""

SCHEDULING: dict[tuple[str, str], str] = {
    (EVENT_LOOP, "create_task"): "task",
    (EVENT_LOOP, "run_until_complete"): "result",
    ("asyncio.TaskGroup", "create_task"): "task",
    ("asyncio.Runner", "run"): "result",
    ("anyio.abc.TaskGroup", "start_soon"): "call",
}
"""Methods that have a coroutine run: they give a task of it, or its result; or that call a function
with the arguments behind it.
"""

THREADS: dict[str, tuple[str, int]] = {
    "threading.Thread": ("target", 1),
    "threading.Timer": ("function", 1),
    "multiprocessing.Process": ("target", 1),
}
"""Classes that call the argument of this name, or at this index, with `args` and `kwargs`."""

QUEUES = frozenset(
    {
        "asyncio.Queue",
        "multiprocessing.Queue",
        "queue.LifoQueue",
        "queue.PriorityQueue",
        "queue.Queue",
        "queue.SimpleQueue",
    }
)

TRANSPARENT_DECORATORS = frozenset(
    {
        "functools.lru_cache",
        "functools.cache",
        "functools.wraps",
        "functools.cached_property",
        "property",
        "staticmethod",
        "classmethod",
        "cached_property",
        "tenacity.retry",
        "backoff.on_exception",
        "backoff.expo",
        "retrying.retry",
        "retry.retry",
        "dataclasses.dataclass",
        "pydantic.dataclasses.dataclass",
        "functools.total_ordering",
        "typing.final",
        "typing.runtime_checkable",
        "enum.unique",
        "typing.override",
        "typing.no_type_check",
        "typing_extensions.override",
        "abc.abstractmethod",
        "contextlib.contextmanager",
        "contextlib.asynccontextmanager",
        "streamlit.cache_resource",
        "streamlit.cache_data",
    }
)
"""Decorators that leave a function's parameters and result as they are."""

PROPERTY_DECORATORS = frozenset(
    {
        "property",
        "functools.cached_property",
        "cached_property",
        "django.utils.functional.cached_property",
    }
)
