"""Shows the steps of a command with their times, on a terminal or in a CI log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

Note = Callable[[str], None]


class StepReporter:
    """Prints one line a step when it ends, with a spinner and a running note meanwhile."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()

    @property
    def elapsed_seconds(self) -> float:
        """Time since the reporter was made."""
        return time.monotonic() - self._began

    @contextmanager
    def step(self, title: str) -> Iterator[Note]:
        """Time a block; the yielded function sets what stands behind the title."""
        began = time.monotonic()
        detail = ""
        with self._console.status(escape(title)) as status:

            def note(text: str) -> None:
                nonlocal detail
                detail = text
                status.update(escape(f"{title}  {text}"))

            try:
                yield note
            except BaseException:
                self._line("[red]✗[/red]", title, detail, began)
                raise
        self._line("[green]✓[/green]", title, detail, began)

    def warn(self, text: str) -> None:
        """Print a warning that stays on the screen."""
        self._console.print(
            f"[bold yellow]! warning:[/bold yellow] {escape(text)}", highlight=False, soft_wrap=True
        )

    def _line(self, mark: str, title: str, detail: str, began: float) -> None:
        seconds = time.monotonic() - began
        self._console.print(
            f"{mark} {escape(title):<32} [dim]{seconds:6.2f} s  {escape(detail)}[/dim]",
            highlight=False,
            soft_wrap=True,
        )
