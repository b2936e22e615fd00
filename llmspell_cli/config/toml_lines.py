"""Finds the line of every key and array element in the text of a TOML file.

tomllib tells values but not where they stand. This scanner runs over text that tomllib has already accepted,
so it checks nothing; it only has to find its way past strings, comments and brackets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmspell_cli.config.kinds import KeyPath

_SPACE = " \t"
_BLANK = " \t\r\n"


def locate(text: str) -> dict[KeyPath, int]:
    """The line (from 1) of every key, table and array element of valid TOML `text`, by its path.

    Paths hold names, and positions (from 0) in arrays: `("debug", "filters", 0, "pattern")`.
    """
    return _Scanner(text).run()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.line = 1
        self.lines: dict[KeyPath, int] = {}
        self.array_sizes: dict[KeyPath, int] = {}

    def run(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        while self.skip(_BLANK) < len(self.text):
            if self.text[self.position] == "[":
                table = self.header()
            else:
                self.assignment(table)
        return self.lines

    def skip(self, characters: str) -> int:
        """Go past `characters` and comments; the new position."""
        while self.position < len(self.text):
            letter = self.text[self.position]
            if letter == "#":
                end = self.text.find("\n", self.position)
                self.position = len(self.text) if end < 0 else end
            elif letter in characters:
                self.line += letter == "\n"
                self.position += 1
            else:
                break
        return self.position

    def header(self) -> KeyPath:
        """`[a.b]` or `[[a.b]]`: the path that the following keys stand under."""
        is_array = self.text.startswith("[[", self.position)
        self.position += 2 if is_array else 1
        names = self.key()
        path = self.resolve(names if not is_array else names[:-1])
        if is_array:
            array = (*path, names[-1])
            self.lines.setdefault(array, self.line)
            index = self.array_sizes.get(array, 0)
            self.array_sizes[array] = index + 1
            path = (*array, index)
        self.lines.setdefault(path, self.line)
        self.position += 2 if is_array else 1
        return path

    def resolve(self, names: tuple[str, ...]) -> KeyPath:
        """The path of a header's names, through the newest element of every array of tables on the way."""
        path: KeyPath = ()
        for name in names:
            path = (*path, name)
            self.lines.setdefault(path, self.line)
            if path in self.array_sizes:
                path = (*path, self.array_sizes[path] - 1)
        return path

    def assignment(self, table: KeyPath) -> None:
        """`a.b = value`."""
        path = table
        for name in self.key():
            path = (*path, name)
            self.lines.setdefault(path, self.line)
        self.position += 1  # the equals sign
        self.skip(_SPACE)
        self.value(path)

    def key(self) -> tuple[str, ...]:
        """A bare, quoted or dotted key; stops before what follows it."""
        names = []
        while True:
            self.skip(_SPACE)
            if self.text[self.position] in "\"'":
                names.append(self.string())
            else:
                start = self.position
                while self.text[self.position] not in " \t.=]":
                    self.position += 1
                names.append(self.text[start : self.position])
            self.skip(_SPACE)
            if self.text[self.position] != ".":
                return tuple(names)
            self.position += 1

    def value(self, path: KeyPath) -> None:
        letter = self.text[self.position]
        if letter in "\"'":
            self.string()
        elif letter == "[":
            self.array(path)
        elif letter == "{":
            self.inline_table(path)
        else:
            while self.position < len(self.text) and self.text[self.position] not in ",]}#\r\n":
                self.position += 1

    def array(self, path: KeyPath) -> None:
        self.position += 1
        index = 0
        while self.text[self.skip(_BLANK + ",")] != "]":
            element = (*path, index)
            self.lines[element] = self.line
            self.value(element)
            index += 1
        self.position += 1

    def inline_table(self, path: KeyPath) -> None:
        self.position += 1
        while self.text[self.skip(_BLANK + ",")] != "}":
            self.assignment(path)
        self.position += 1

    def string(self) -> str:
        """Go past a string of any of the four kinds; its value where it is a key (one line, few escapes)."""
        quote = self.text[self.position]
        fence = quote * 3 if self.text.startswith(quote * 3, self.position) else quote
        start = self.position + len(fence)
        end = start
        while not self.text.startswith(fence, end):
            end += 2 if quote == '"' and self.text[end] == "\\" else 1
        if len(fence) == 3:
            while self.text.startswith(quote, end + 3):  # up to two quotes may stand before the fence
                end += 1
        content = self.text[start:end]
        self.line += content.count("\n")
        self.position = end + len(fence)
        return _unescape(content) if quote == '"' and len(fence) == 1 and "\\" in content else content


def _unescape(content: str) -> str:
    """The value of a quoted key with escapes: tomllib knows them all."""
    import tomllib

    value: str = tomllib.loads(f'k = "{content}"')["k"]
    return value
