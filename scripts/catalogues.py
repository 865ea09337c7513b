"""Message catalogues: English in the code, Indonesian beside it, one catalogue per app.

    python -m scripts.catalogues update    write new msgids into each app's locale/id/…/django.po
    python -m scripts.catalogues compile   make the .mo files that Django reads
    python -m scripts.catalogues missing   list what has no Indonesian yet; exit 1 if anything

Babel does the reading and writing, so that no gettext program is needed.
"""

from __future__ import annotations

import re
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SRC = Path(__file__).resolve().parent.parent / "src"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def catalogue_of(path: Path, src: Path) -> Path:
    """The .po that holds a source file's messages: its app's own, else the project's."""
    parts = path.relative_to(src / "ampera").parts
    home = src / "ampera"
    if parts[0] == "apps" and len(parts) > 2:
        home = home / "apps" / parts[1]
    return home / "locale" / "id" / "LC_MESSAGES" / "django.po"


def messages(path: Path):
    """(line, message) for each translatable string of a Python file or a template."""
    if path.suffix == ".py":
        with path.open("rb") as file:
            yield from ((line, msg, ctx) for line, msg, _c, ctx in extract("python", file, keywords=KEYWORDS))
        return
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
    from django.utils.translation.template import templatize

    text = templatize(path.read_text("utf-8"), origin=str(path))
    file = BytesIO(text.encode())
    # Where templatize finds prose it writes XXXX; only its gettext calls are read.
    for line, msg, _c, ctx in extract("python", file, keywords=KEYWORDS, options={"encoding": "utf-8"}):
        yield line, msg, ctx


def sources(src: Path):
    for path in sorted((src / "ampera").rglob("*")):
        if (path.suffix == ".py" and "migrations" not in path.parts) or (
            path.suffix in {".html", ".txt", ".webmanifest"} and "templates" in path.parts
        ):
            yield path


def collect(src: Path) -> dict[Path, Catalog]:
    found: dict[Path, Catalog] = {}
    for path in sources(src):
        for _line, msg, ctx in messages(path):
            if not msg or (isinstance(msg, tuple) and not msg[0]):
                continue
            catalog = found.setdefault(catalogue_of(path, src), Catalog(locale="id", fuzzy=False))
            catalog.add(msg, context=ctx, locations=[(str(path.relative_to(src)), None)])
    return found


def read(po: Path) -> Catalog:
    if not po.exists():
        return Catalog(locale="id", fuzzy=False)
    with po.open("rb") as file:
        return read_po(file, locale="id")


def update(src: Path = SRC) -> None:
    for po, template in collect(src).items():
        catalog = read(po)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.fuzzy = False
        po.parent.mkdir(parents=True, exist_ok=True)
        out = BytesIO()
        write_po(out, catalog, sort_by_file=True, omit_header=True, width=0, include_lineno=False)
        header = b'msgid ""\nmsgstr ""\n"Language: id\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
        po.write_bytes(header + out.getvalue())


def missing(src: Path = SRC) -> list[str]:
    """Messages in the code that lack Indonesian, or whose %(name)s fields differ, as `catalogue: message`."""
    gaps = []
    for po, template in collect(src).items():
        have = read(po)
        for message in template:
            if not message.id:
                continue
            theirs = have.get(message.id, message.context)
            said = theirs.string if theirs else ""
            said = said if isinstance(said, tuple) else (said,)
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            if not all(said) or (theirs and theirs.fuzzy):
                gaps.append(f"{po.relative_to(src)}: {ids[0]!r} has no Indonesian")
            elif not fields(said[0]) <= set().union(*map(fields, ids)):
                gaps.append(f"{po.relative_to(src)}: {ids[0]!r} names other fields than its translation")
    return gaps


def fields(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)", text)) | set(re.findall(r"\{(\w+)\}", text))


def compile_all(src: Path = SRC) -> None:
    for po in (src / "ampera").rglob("django.po"):
        with po.open("rb") as file:
            catalog = read_po(file, locale="id")
        with po.with_suffix(".mo").open("wb") as out:
            write_mo(out, catalog)


if __name__ == "__main__":
    verb = sys.argv[1] if len(sys.argv) == 2 else ""
    if verb == "update":
        update()
    elif verb == "compile":
        compile_all()
    elif verb == "missing":
        gaps = missing()
        print("\n".join(gaps) or "every message has its Indonesian")
        sys.exit(bool(gaps))
    else:
        sys.exit(__doc__)
