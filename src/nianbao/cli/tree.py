"""The tree of commands; a command's module is imported when it is called for, so that --help is quick."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from nianbao.cli.converting import take_plainly
from nianbao.cli.helping import help_text
from nianbao.messages import mark, say
from nianbao.problems import did_you_mean, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

COMMANDS: Mapping[str, str] = {
    "init": mark("建立一轮填报：文件夹、设置、单位名录。"),
    "blank": mark("给名录里的每个单位生成空白表。"),
    "fill": mark("把数值填进一份空白表，其余照旧。"),
    "send": mark("用邮件把空白表、审核意见或回执发给各单位。"),
    "remind": mark("用邮件催还没有报来合格的表的单位。"),
    "collect": mark("收回邮件里的表：从邮箱收，或读存下来的邮件。"),
    "watch": mark("隔一会儿收一次邮件，审核并发回执，直到停止。"),
    "check": mark("审核收回的表，逐处说明问题。"),
    "merge": mark("把合格的表汇总成一份汇总表。"),
    "status": mark("查看各单位报送情况。"),
    "pick": mark("指定一个单位以哪一份上报表为准。"),
    "log": mark("查看台账：一个单位或整轮的来龙去脉。"),
    "trace": mark("追查汇总表里的一个数：各单位的数、文件和单元格。"),
    "waive": mark("核准放行报来的表里的一个问题，写明理由。"),
    "intake": mark("读入公开的年度报告，填成工作簿。"),
    "report": mark("把审核通过的表写成公开的年度报告：Word 文档、网页、PDF。"),
    "forms": mark("查看可用的报表，检查报表定义。"),
    "demo": mark("用示例县把整个过程演示一遍。"),
}


class Command(TyperCommand):
    """A command with our help and our way of taking texts and paths."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, `--help` among them, that take values in our way."""
        return list(take_plainly(super().get_params(ctx)))

    def get_help(self, ctx: Any) -> str:
        """The help in the console's language."""
        return help_text(ctx, language=ctx.obj.language, columns=ctx.obj.columns)


class Group(TyperGroup):
    """Commands beneath one name, with our help."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, `--help` among them, that take values in our way."""
        return list(take_plainly(super().get_params(ctx)))

    def get_help(self, ctx: Any) -> str:
        """The help in the console's language."""
        names = [(name, self.summary(name)) for name in self.list_commands(ctx)]
        return help_text(ctx, commands=names, language=ctx.obj.language, columns=ctx.obj.columns)

    def summary(self, name: str) -> str:
        """What a command beneath does."""
        return (self.commands[name].help or "").split("\n")[0]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command named. Raises OfficeError for one that is not there."""
        known = self.list_commands(ctx)
        if args[0] not in known and not args[0].startswith("-"):
            hint = did_you_mean(args[0], known)
            raise refuse(say("没有命令「{word}」{hint}", word=args[0], hint=hint))
        return super().resolve_command(ctx, args)


class Root(Group):
    """All commands; each is its module's function `run`, or the group that its `group()` makes."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- click's signature
        """The names in the order in which an office uses them."""
        return list(COMMANDS)

    def summary(self, name: str) -> str:
        """What a command does, without importing it."""
        return COMMANDS[name]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 -- click's signature
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"nianbao.cli.{cmd_name}")
        if hasattr(module, "group"):
            return get_command(module.group())
        return command(cmd_name, module.run)


def command(name: str, run: Callable[..., int], *, explained: str = "") -> Any:
    """A command whose help is `explained`, else its line in `COMMANDS`."""
    app = typer.Typer(add_completion=False)
    app.command(name, cls=Command, help=explained or COMMANDS[name])(run)
    return get_command(app)


def root(run: Callable[..., int]) -> Any:
    """The program; `run` is called where no command is named."""
    app = typer.Typer(cls=Root, invoke_without_command=True)
    explained = mark("收发和汇总统计报表：发出空白表，收回审核，汇总成册。")
    app.callback(cls=Root, invoke_without_command=True, help=explained)(run)
    return get_command(app)
