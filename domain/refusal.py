"""What stands against a command: the domain refuses, or what it names does not exist."""

from uuid import UUID


class Refused(Exception):
    """The domain says no. The message is one sentence for the person who asked.

    `code` is for programs and never changes: `same-tier`, `unknown-order`, ... `current_version`
    is where the target stream stands; whoever carries the command out puts it there.
    """

    current_version: int | None = None

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class NotFound(Exception):
    """A command or a read names something that was never recorded in this tenant."""

    def __init__(self, kind: str, id_: UUID | str) -> None:
        super().__init__(f"no {kind} has the id {id_}")
        self.kind = kind
        self.id = id_


class NoSuch(Exception):
    """A read asks for one of a fixed list of things, and there is none of that name.

    The message is one sentence that says which there are. `kind` is what was asked for.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
