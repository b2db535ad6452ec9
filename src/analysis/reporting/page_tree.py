"""A built page read back as a tree of elements, with the standard library alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}
    | {"track", "wbr"}
)


@dataclass
class Element:
    """One element: its name, attributes, text pieces and children, in the page's order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    content: list[Element | str] = field(default_factory=list)

    def walk(self) -> list[Element]:
        """Every element below this one, in the page's order."""
        return self._below

    @cached_property
    def _below(self) -> list[Element]:
        found: list[Element] = []
        self._gather(found)
        return found

    def _gather(self, found: list[Element]) -> None:
        """Add every element below this one to a list: each once, however deep the page is."""
        for child in self.children():
            found.append(child)
            child._gather(found)

    def find(self, *tags: str) -> list[Element]:
        """The elements below this one with any of these names."""
        return [element for element in self.walk() if element.tag in tags]

    def text(self) -> str:
        """The text of the element and all below it, with single spaces."""
        pieces = [part if isinstance(part, str) else part.text() for part in self.content]
        return " ".join("".join(pieces).split())

    def children(self) -> list[Element]:
        """The elements directly below this one."""
        return [part for part in self.content if isinstance(part, Element)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self.open = [self.root]
        self.unclosed: list[str] = []
        self.repeated: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        if len(element.attributes) < len(attrs):
            names = [name for name, _ in attrs]
            self.repeated += [f"{tag} {name}" for name in set(names) if names.count(name) > 1]
        self.open[-1].content.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                self.unclosed += [element.tag for element in self.open[depth + 1 :]]
                del self.open[depth:]
                return
        if tag not in VOID:
            self.unclosed.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.open[-1].content.append(data)


def read_tree(html: str) -> tuple[Element, list[str]]:
    """The tree of a page, and what was wrong with its nesting in words.

    Examples
    --------
    >>> root, faults = read_tree('<p id="a">Up <b>41.3%</b></p>')
    >>> root.find("p")[0].text(), faults
    ('Up 41.3%', [])
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    faults = [f"<{tag}> is not closed where it should be" for tag in reader.unclosed]
    faults += [f"<{tag}> is never closed" for tag in (element.tag for element in reader.open[1:])]
    faults += [f"attribute given twice: {name}" for name in reader.repeated]
    return reader.root, faults
