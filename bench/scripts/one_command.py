"""The smallest program with typer: what its own help costs."""

import typer

app = typer.Typer()


@app.command()
def hello(name: str = "world", *, loud: bool = False) -> None:
    """Say hello."""
    text = f"hello {name}"
    typer.echo(text.upper() if loud else text)


if __name__ == "__main__":
    app()
