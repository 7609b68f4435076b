"""A person with a keyboard, a narrow window and no scripts."""

from typing import Any

MOST_TABS = 400


class Keyboard:
    """Work on pages by keys only; every page that comes is looked at."""

    def __init__(self, page: Any, direction: str = "ltr") -> None:
        self.page = page
        self.direction = direction
        self.seen: list[str] = []

    def look(self) -> None:
        """Check what must hold on every page: no wider than the window, the right direction, one heading."""
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= self.page.viewport_size["width"], f"{self.page.url} is {width} wide"
        assert self.page.evaluate("document.documentElement.dir") == self.direction
        assert self.page.locator("h1").count() == 1
        self.seen.append(self.page.url)

    def go(self, path: str) -> None:
        """Open an address, as typed or from a bookmark."""
        answer = self.page.goto(path)
        assert answer.status == 200, f"{path}: {answer.status}"
        self.look()

    def reach(self, selector: str) -> None:
        """Press Tab until something that fits has the focus."""
        here = "selector => !!document.activeElement && document.activeElement.matches(selector)"
        for _press in range(MOST_TABS):
            if self.page.evaluate(here, selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no key leads to {selector} on {self.page.url}")

    def write(self, name: str, text: str) -> None:
        """Write into a field, over what stood there."""
        self.reach(f"[name='{name}']")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def choose(self, name: str, words: str) -> None:
        """Choose in a list by typing the beginning of the words."""
        self.reach(f"select[name='{name}']")
        self.page.keyboard.type(words)
        shown = "document.activeElement.selectedOptions[0].text.trim()"
        assert self.page.evaluate(shown).startswith(words), self.page.evaluate(shown)

    def pick(self, name: str, value: str) -> None:
        """Choose one of several radio buttons."""
        self.reach(f"input[name='{name}']")
        for _press in range(20):
            if self.page.evaluate("document.activeElement.value") == value:
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Space")
        assert self.page.evaluate("[document.activeElement.value, document.activeElement.checked]") == [
            value,
            True,
        ]

    def tick(self, selector: str) -> None:
        """Tick a box."""
        self.reach(selector)
        self.page.keyboard.press("Space")
        assert self.page.evaluate("document.activeElement.checked")

    def open(self, selector: str) -> None:
        """Open what stands behind a summary."""
        self.reach(selector)
        self.page.keyboard.press("Enter")
        assert self.page.evaluate("document.activeElement.parentElement.open")

    def press(self, selector: str = "main form .btn.primary") -> None:
        """Press a button or follow a link; wait for the next page."""
        self.reach(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.look()

    def text(self) -> str:
        """Give the words of the main part."""
        return str(self.page.locator("main").inner_text())

    def refused(self) -> str:
        """Give the sentences above a refused form; empty when nothing was refused."""
        found = self.page.locator(".summary")
        return str(found.inner_text()) if found.count() else ""
