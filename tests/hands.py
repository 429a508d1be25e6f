"""What a browser does to a demo, without a browser: its widget's values are moved."""

import asyncio
import functools


class Hand:
    """What the browser does: it counts touches, and tells each control's last value."""

    def __init__(self, demo):
        if demo.stage is None:
            demo._open()
        self.demo, self.stage = demo, demo.stage

    @functools.cached_property
    def bundle(self):
        """What a notebook shows and stores, with a picture that takes a while to draw."""
        return self.demo._repr_mimebundle_()

    def touch(self, *, times=1, **values):
        """Touch controls, each so many times before the message is on its way."""
        touched = dict(self.stage.touched)
        for name, value in values.items():
            touched[name] = [touched.pop(name, [0])[0] + times, value]
        self.stage.touched = touched

    def press(self, name, times=1):
        """Press a button."""
        self.touch(times=times, **{name: None})

    def point(self, *path, new=True, done=True):
        """Make a gesture in CSS pixels."""
        count = self.stage.pointer["count"] + new
        self.stage.pointer = {"count": count, "path": [list(p) for p in path], "done": done}

    def value(self, name):
        """Return what the browser is told of a control: [touches that this answers, value]."""
        return self.stage.values[name]


def live(scenario, make, **state):
    """Run a scenario on an event loop: a hand, and a browser that draws whatever it gets."""

    async def main():
        hand = Hand(make(**state))
        hand.watched = True

        def drawn(change):
            if hand.watched:
                hand.stage.seen = change.new["frame"]

        hand.stage.observe(drawn, "scene")
        await asyncio.wait_for(scenario(hand), 300)

    asyncio.run(main())


async def until(condition):
    """Let others go on until it holds."""
    while not condition():
        await asyncio.sleep(0.001)
