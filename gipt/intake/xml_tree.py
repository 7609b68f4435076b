"""What a foreign XML document is to us: plain nodes, made by the child process and checked by `reader.py`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Node:
    """Hold one element: its name without a namespace, attributes, text before the first child, children, text after.

    `line` is that of the document where the element begins.
    """

    name: str
    attributes: Mapping[str, str]
    text: str
    children: "tuple[Node, ...]" = ()
    tail: str = ""
    line: int = 0

    def children_of(self, name: str) -> "Iterator[Node]":
        """Yield the children with a name."""
        return (one for one in self.children if one.name == name)

    def whole_text(self) -> str:
        """Give all text inside, in order, without the marks between."""
        return self.text + "".join(one.whole_text() + one.tail for one in self.children)


def unpack_node(packed: Any, depth: int = 0) -> Node:
    """Give back a node from [name, attributes, text, children, tail, line]; ValueError for anything else."""
    if depth > DEEPEST or not isinstance(packed, list) or len(packed) != 6:
        raise ValueError("not a node")
    name, attributes, text, children, tail, line = packed
    strings = isinstance(name, str) and isinstance(text, str) and isinstance(tail, str)
    if not strings or not isinstance(children, list) or not isinstance(attributes, dict):
        raise ValueError("not a node")
    if not isinstance(line, int) or not all(
        isinstance(one, str) for pair in attributes.items() for one in pair
    ):
        raise ValueError("not a node")
    return Node(name, attributes, text, tuple(unpack_node(one, depth + 1) for one in children), tail, line)
