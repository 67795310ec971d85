"""A hand that the browser itself counts: every key that goes down, every press of the button."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.browser import chromium, opened
from tests.journeys.hands import Hand, button_of
from tests.journeys.ward import Ward
from tests.web.staff.driving import tab_to

HANDS = ("mouse", "keyboard")
# It counts what a person did, letters of words apart, whatever page stands there.
_COUNT = """(() => {
  const add = (name) => {
    try { sessionStorage.setItem(name, 1 + Number(sessionStorage.getItem(name) || 0)); } catch {}
  };
  addEventListener("keydown", (e) => {
    if (!e.isTrusted) return;
    const writes = e.key.length === 1 && !e.ctrlKey && e.target.matches
      && e.target.matches("textarea, input:not([type=radio], [type=checkbox])");
    add(writes ? "counted-letters" : "counted-keys");
  }, true);
  addEventListener("pointerdown", (e) => { if (e.isTrusted) add("counted-clicks"); }, true);
})()"""
_COUNTED = """["keys", "clicks", "letters"].map(
  (name) => Number(sessionStorage.getItem("counted-" + name) || 0))"""


@dataclass
class Counted(Hand):
    """A hand with what it did so far: keys, clicks, letters of words."""

    efforts: list[tuple[int, int, int]] = field(default_factory=list)
    _before: tuple[int, int, int] = (0, 0, 0)

    def go(self, words: str, key: str) -> None:
        """Press what says this, with the mouse; with the key that stands for it on the keyboard."""
        if self.mouse:
            self.press(words)
            return
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def step(self, words: str) -> None:
        """Take the step with this name that has no key: by `g` to the buttons, on by Tab."""
        if not self.mouse:
            self.page.keyboard.press("g")
        self.press(words)

    def touch(self, words: str) -> None:
        """Press what says this and leads to no page, such as a file."""
        if self.mouse:
            self._found(words).click()
            return
        tab_to(self.page, words)
        self.page.keyboard.press("Enter")

    def open(self, name: str) -> None:
        """Follow the link that is called so on its page."""
        with self.page.expect_navigation():
            if self.mouse:
                self.page.locator(f"[id='{name}']").click()
            else:
                self._reach(f"e.id === '{name}'")
                self.page.keyboard.press("Enter")

    def choose_from(self, label: str, words: str) -> None:
        """Choose this from the list with this label."""
        if self.mouse:  # the system draws the open list: no page has it
            self.page.get_by_label(label).select_option(label=words)
            return
        tab_to(self.page, label)
        self.page.keyboard.type(words)

    def choose(self, question: str, answer: str) -> None:
        """Choose this of several answers; `question` is the name of its field."""
        radio = self.page.locator(f"input[type=radio][name='{question}'][value='{answer}']")
        if self.mouse:
            (
                radio.locator("xpath=ancestor::label")
                if radio.get_attribute("id") is None
                else self.page.locator(f"label[for='{radio.get_attribute('id')}']")
            ).click()
            return
        self._reach(f"e.name === '{question}'")
        for _ in range(9):
            if radio.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no key chooses {answer} of {question} on {self.page.url}")

    def tick(self, name: str) -> None:
        """Tick the box with this name."""
        if self.mouse:
            self.page.locator(f"label[for='{name}']").click()
            return
        self._reach(f"e.id === '{name}'")
        self.page.keyboard.press("Space")

    def rewrite(self, name: str, text: str) -> None:
        """Write this into the field with this name, in place of what stands there."""
        if self.mouse:
            self.page.locator(f"[id='{name}']").click()
        else:
            self._reach(f"e.id === '{name}'")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def enter_time(self, name: str, day: str, hour: str) -> None:
        """Write a day and an hour into the field with this name, as a browser takes them."""
        if self.mouse:
            self.page.locator(f"[id='{name}']").click(position={"x": 20, "y": 12})
        else:
            self._reach(f"e.id === '{name}'")
        self.page.keyboard.type(day)
        self.page.keyboard.press("ArrowRight")
        self.page.keyboard.type(hour)

    def done(self) -> None:
        """One case is done: what it took is put down."""
        keys, clicks, letters = self.page.evaluate(_COUNTED)
        before = self._before
        self.efforts.append((keys - before[0], clicks - before[1], letters - before[2]))
        self._before = (keys, clicks, letters)

    def _reach(self, wanted: str) -> None:
        for _ in range(120):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(
                f"(() => {{ const e = document.activeElement; return {wanted} }})()"
            ):
                return
        raise AssertionError(f"no Tab leads to {wanted} on {self.page.url}")


@contextmanager
def signed_in(ward: Ward, name: str, by: str) -> Iterator[Counted]:
    """This person at the front door and in, by mouse or by keyboard alone."""
    with chromium() as browser, opened(browser, ward.served) as page:
        page.context.add_init_script(_COUNT)
        page.goto("/")
        if by == "mouse":
            button_of(page, name).click()
        else:
            tab_to(page, name, exact=False)
            with page.expect_navigation():
                page.keyboard.press("Enter")
        page.get_by_role("button", name="Sign out").wait_for()
        hand = Counted(page, by == "mouse")
        hand.done()
        hand.efforts.clear()
        yield hand


def told(who: str, hand: Counted) -> str:
    """What each piece of work took, in one line for the summary of the run."""
    keys, clicks, letters = (sum(each) for each in zip(*hand.efforts, strict=True))
    each = sorted(key + click for key, click, _letters in hand.efforts)
    by = "mouse" if hand.mouse else "keyboard"
    pieces = f", {each[0]} to {each[-1]} for each of {len(each)} cases" if len(each) > 1 else ""
    return (
        f"{who} by {by}: {keys} keys and {clicks} clicks{pieces} ({letters} letters of words apart)"
    )
