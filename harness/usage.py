"""The words of the command line itself: examples for its help, a sentence for what is no command.

Typer has a click of its own inside, without public names. What of it is needed here is found by
what it can do.
"""

from typing import Any

from typer import BadParameter
from typer.core import TyperGroup

from seatrial.harness.registry import unknown

WRONG: type[Exception] = BadParameter.__mro__[1]
"""What click raises about a command line that is not right; a parameter is one thing that may be
wrong with it."""


def examples(*lines: str) -> str:
    """The end of a command's help: what one may type."""
    return "\n".join(["Examples:", *(f"$ {line}" for line in lines)])


class Commands(TyperGroup):
    """Commands that know which of them was meant."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - click's own
        """The command that the first word names; UnknownNameError when it is none."""
        if args[0] not in self.commands and not ctx.resilient_parsing:
            raise unknown("command", args[0], self.commands)
        return super().resolve_command(ctx, args)


def sentence(error: Any) -> str:  # noqa: ANN401 - one that is WRONG
    """What is wrong with a command line, and what to do; nothing where help was shown already."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        return ""
    if context and hasattr(error, "possibilities"):
        return str(unknown("option", error.option_name, _options(context)))
    said = " ".join(error.format_message().split())
    return f"{said} See `{context.command_path} --help`." if context else said


def _options(context: Any) -> dict[str, None]:  # noqa: ANN401 - click's own
    """The options of the command, each by all of its names."""
    found = context.command.get_params(context)
    names = [name for each in found for name in (*each.opts, *each.secondary_opts)]
    return dict.fromkeys(name for name in names if name.startswith("-"))
