"""How many pages a paper has: counted by the child that opens what strangers sent, never here."""

from casework.binding import bindery
from casework.binding.bindery import NotBound
from casework.context import Context
from casework.storage import Storage


def pages_of(cx: Context, sha256: str, media_type: str) -> int | None:
    """The pages of the stored paper with this hash; None where it cannot be told. It takes some
    tenths of a second: ask it outside of a transaction that holds a case."""
    settings = cx.database.settings
    with bindery.scratch(settings.documents_dir.parent / "scratch") as folder:
        (folder / "paper").write_bytes(Storage(settings).get(sha256))
        try:
            [measured] = bindery.measure(folder, [("paper", media_type)])
        except NotBound:
            return None
    return measured.pages or None
