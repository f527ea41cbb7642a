"""Calculators that steer packets: gates, the loop to the next frame, limits, switches, logic.

Source: mediapipe/calculators/core/ and mediapipe/framework/tool/switch_*.cc (behaviour)
"""

from __future__ import annotations

from collections import deque
from functools import reduce
from operator import and_, or_, xor
from typing import Any

from ..calculator import Calculator, Context
from ..contracts import ANY, Contract, Port
from ..packets import DONE, MIN, UNSET
from ..types import BOOL, INT


class PassThroughCalculator(Calculator):
    """Hands every input to the output with the same tag and index."""

    contract = Contract(
        inputs=(Port("*", ANY, repeated=True),),
        outputs=(Port("*", ANY, optional=True, repeated=True, same_as="*"),),
        side_inputs=(Port("*", ANY, optional=True, repeated=True),),
        side_outputs=(Port("*", ANY, optional=True, repeated=True, same_as="*"),),
    )

    def open(self, context: Context) -> None:
        """Hand on the side packets."""
        for tag, index in context.side_places:
            context.emit_side(tag, context.side(tag, index), index=index)

    def process(self, context: Context) -> None:
        """Hand on the packets of one time."""
        for tag, index in context.inputs:
            value = context.get(tag, index)
            if value is not None:
                context.emit(tag, value, index=index)


class GateCalculator(Calculator):
    """Lets packets pass while it is open.

    ALLOW or DISALLOW, a stream or a side packet, says whether it is; the option `allow` does so
    without them. A time without a control packet counts as closed, unless the option
    empty_packets_as_allow is set. STATE_CHANGE tells when it opens and closes.
    """

    contract = Contract(
        inputs=(
            Port("", ANY, repeated=True),
            Port("ALLOW", BOOL, optional=True),
            Port("DISALLOW", BOOL, optional=True),
        ),
        outputs=(
            Port("", ANY, repeated=True, same_as=""),
            Port("STATE_CHANGE", BOOL, optional=True),
        ),
        side_inputs=(Port("ALLOW", BOOL, optional=True), Port("DISALLOW", BOOL, optional=True)),
        options="mediapipe.GateCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Decide what does not change. Raises ValueError for more than one control."""
        given = [("ALLOW", context.side("ALLOW")), ("DISALLOW", context.side("DISALLOW"))]
        fixed = [bool(value) == (tag == "ALLOW") for tag, value in given if value is not None]
        self._controls = [tag for tag in ("ALLOW", "DISALLOW") if context.has(tag)]
        if len(fixed) + len(self._controls) > 1:
            raise ValueError("a gate takes one of ALLOW and DISALLOW, as a stream or a side packet")
        self._when_empty: bool = context.options.empty_packets_as_allow
        self._fixed: bool | None = None
        if not self._controls:
            self._fixed = fixed[0] if fixed else context.options.allow
        self._count = sum(tag == "" for tag, _ in context.inputs)
        self._was_open: bool | None = None
        if False in fixed:
            for index in range(self._count):
                context.close_output("", index)

    def process(self, context: Context) -> None:
        """Let the packets of one time pass, or not."""
        is_open = self._is_open(context)
        if self._was_open not in (None, is_open):
            context.emit("STATE_CHANGE", is_open)
        self._was_open = is_open
        if is_open:
            for index in range(self._count):
                value = context.get("", index)
                if value is not None:
                    context.emit("", value, index=index)

    def _is_open(self, context: Context) -> bool:
        if self._fixed is not None:
            return self._fixed
        control = self._controls[0]
        value = context.get(control)
        if value is None:
            return self._when_empty
        return bool(value) == (control == "ALLOW")


class PreviousLoopbackCalculator(Calculator):
    """Gives each packet of MAIN what LOOP had at the packet of MAIN before.

    LOOP is a back edge. It has nothing for the first packet of MAIN. The calculator waits until it
    is known whether LOOP has a packet for the frame before.
    """

    contract = Contract(
        inputs=(Port("MAIN"), Port("LOOP")),
        outputs=(Port("PREV_LOOP", ANY, same_as="LOOP"),),
        policy="immediate",
        offset=None,
        on_bounds=True,
    )

    def open(self, context: Context) -> None:
        """Start before the first frame."""
        self._frames: deque[int] = deque()  # of MAIN: the one before, then those that wait
        self._loops: deque[tuple[int, Any]] = deque()

    def process(self, context: Context) -> None:
        """Take what came, and answer every frame that can be answered."""
        if context.get("MAIN") is not None:
            if not self._frames:
                context.raise_bound("PREV_LOOP", context.timestamp + 1)
            self._frames.append(context.timestamp)
        loop = context.get("LOOP")
        if loop is not None:
            self._loops.append((context.timestamp, loop))
        settled = context.settled("LOOP")
        while len(self._frames) > 1 and self._frames[0] <= settled:
            before = self._frames.popleft()
            while self._loops and self._loops[0][0] < before:
                self._loops.popleft()
            if self._loops and self._loops[0][0] == before:
                context.emit("PREV_LOOP", self._loops.popleft()[1], timestamp=self._frames[0])
            else:
                context.raise_bound("PREV_LOOP", self._frames[0] + 1)
        if len(self._frames) < 2 and context.settled("MAIN") == DONE - 1:
            context.close_output("PREV_LOOP")


class FlowLimiterCalculator(Calculator):
    """Lets a frame in only when few enough are being worked on, and drops what waits too long.

    FINISHED, a back edge, tells which frames are finished. Of those that wait, the newest stay.
    """

    contract = Contract(
        inputs=(Port("", ANY, repeated=True), Port("FINISHED")),
        outputs=(Port("", ANY, repeated=True, same_as=""), Port("ALLOW", BOOL, optional=True)),
        side_inputs=(Port("MAX_IN_FLIGHT", INT, optional=True),),
        options="mediapipe.FlowLimiterCalculatorOptions",
        policy="immediate",
        offset=None,
        on_bounds=True,
    )

    def open(self, context: Context) -> None:
        """Read the limits."""
        limit = context.side("MAX_IN_FLIGHT")
        self._most_in_flight: int = context.options.max_in_flight if limit is None else limit
        self._most_in_queue: int = context.options.max_in_queue
        self._timeout: int = context.options.in_flight_timeout
        self._in_flight: deque[int] = deque()
        self._finished = UNSET
        self._waiting: deque[tuple[int, Any]] = deque()
        self._count = sum(tag == "" for tag, _ in context.inputs)
        self._others: list[deque[tuple[int, Any]]] = [deque() for _ in range(self._count)]
        self._let_in: deque[int] = deque()  # frames whose other packets may still come

    def process(self, context: Context) -> None:
        """Take what came, retire what is finished, and let in or drop what waits."""
        for index in range(self._count):
            value = context.get("", index)
            if value is not None:
                queue = self._others[index] if index else self._waiting
                queue.append((context.timestamp, value))
        self._retire(context.settled("FINISHED"))
        while self._waiting and len(self._in_flight) < self._most_in_flight:
            self._decide(context, is_let_in=True)
        while len(self._waiting) > self._most_in_queue:
            self._decide(context, is_let_in=False)
        self._pass_on(context)

    def _decide(self, context: Context, *, is_let_in: bool) -> None:
        time, value = self._waiting.popleft()
        context.emit("ALLOW", is_let_in, timestamp=time)
        if is_let_in:
            self._in_flight.append(time)
            self._let_in.append(time)
            context.emit("", value, timestamp=time)
        else:
            context.dropped()

    def _retire(self, finished: int) -> None:
        """Retire frames up to one that has just finished, and those in flight for too long.

        A frame that is let in later is not retired by what finished before.
        """
        if finished > self._finished:
            self._finished = finished
            while self._in_flight and self._in_flight[0] <= finished:
                self._in_flight.popleft()
        if self._timeout > 0 and self._waiting:
            newest = self._waiting[-1][0]
            while self._in_flight and newest - self._in_flight[0] >= self._timeout:
                self._in_flight.popleft()

    def _pass_on(self, context: Context) -> None:
        """Say what is decided, and treat packets of the other inputs as the frame of their time."""
        decided = self._waiting[0][0] if self._waiting else context.settled("") + 1
        context.raise_bound("", decided)
        for index in range(1, self._count):
            queue = self._others[index]
            while queue and queue[0][0] < decided:
                time, value = queue.popleft()
                if time in self._let_in:
                    context.emit("", value, index=index, timestamp=time)
            context.raise_bound("", min(decided, context.settled("", index) + 1), index=index)
        slowest = min((context.settled("", i) for i in range(1, self._count)), default=DONE)
        while self._let_in and self._let_in[0] <= slowest:
            self._let_in.popleft()


class LogicCalculator(Calculator):
    """Joins bools by AND, OR or XOR: streams, side packets and constants of the options."""

    contract = Contract(
        inputs=(Port("", BOOL, repeated=True),),
        outputs=(Port("", BOOL),),
        side_inputs=(Port("", BOOL, optional=True, repeated=True),),
        options="mediapipe.LogicCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the operation and what does not change."""
        self._join = (and_, or_, xor)[context.options.op]
        self._negate: bool = context.options.negate
        sides = [context.side(tag, index) for tag, index in context.side_places]
        self._fixed = [*context.options.input_value, *(bool(side) for side in sides)]

    def process(self, context: Context) -> None:
        """Join the values of one time; inputs without a packet do not count."""
        values = [bool(value) for value in context.all() if value is not None]
        result = reduce(self._join, [*values, *self._fixed])
        context.emit("", result != self._negate)


class PacketPresenceCalculator(Calculator):
    """Says for each time whether PACKET has a packet."""

    contract = Contract(inputs=(Port("PACKET"),), outputs=(Port("PRESENCE", BOOL),), on_bounds=True)

    def process(self, context: Context) -> None:
        """Answer for one time, or for the last of several that have no packet."""
        if context.timestamp >= MIN:
            context.emit("PRESENCE", context.get("PACKET") is not None)


class MergeCalculator(Calculator):
    """Hands on the packet of the first input that has one."""

    contract = Contract(
        inputs=(Port("", ANY, repeated=True),), outputs=(Port("", ANY, same_as=""),)
    )

    def process(self, context: Context) -> None:
        """Hand on one packet of one time."""
        context.emit("", next(value for value in context.all() if value is not None))


class PacketSequencerCalculator(Calculator):
    """Gives each packet of INPUT to the first frame of TICK that comes after it."""

    contract = Contract(
        inputs=(Port("INPUT"), Port("TICK", ANY, repeated=True)),
        outputs=(Port("OUTPUT", ANY, same_as="INPUT"),),
        policy="immediate",
        offset=None,
    )

    def open(self, context: Context) -> None:
        """Start before the first frame."""
        self._next = MIN

    def process(self, context: Context) -> None:
        """Send a packet for the next frame, or promise that this frame has no further one."""
        value = context.get("INPUT")
        if value is not None:
            context.emit("OUTPUT", value, timestamp=self._next)
            self._next += 1
        if any(tick is not None for tick in context.all("TICK")):
            self._next = max(self._next, context.timestamp + 1)
            context.raise_bound("OUTPUT", self._next)


_CHOICE = (Port("SELECT", INT, optional=True), Port("ENABLE", BOOL, optional=True))
_ANY_TAG = Port("*", ANY, optional=True, repeated=True)


class _Switch(Calculator):
    """Knows the channel that is chosen: by SELECT or ENABLE, a stream, side packet or option."""

    contract = Contract(
        inputs=(*_CHOICE, _ANY_TAG),
        outputs=(_ANY_TAG,),
        side_inputs=(*_CHOICE, _ANY_TAG),
        side_outputs=(_ANY_TAG,),
        options="mediapipe.SwitchContainerOptions",
    )

    def open(self, context: Context) -> None:
        """Read the choice that does not change."""
        options = context.options
        self._chosen = int(options.enable) if options.HasField("enable") else options.select
        self._choose(context.side("SELECT"), context.side("ENABLE"))

    def channel(self, context: Context) -> str:
        """The start of the tags of the channel that is chosen at this time."""
        self._choose(context.get("SELECT"), context.get("ENABLE"))
        return f"C{self._chosen}__"

    def _choose(self, select: Any, enable: Any) -> None:
        """Take a choice; None leaves it as it was, and ENABLE counts more than SELECT."""
        if select is not None:
            self._chosen = int(select)
        if enable is not None:
            self._chosen = int(bool(enable))


class SwitchDemuxCalculator(_Switch):
    """Sends packets to the node that a SwitchContainer has chosen."""

    def open(self, context: Context) -> None:
        """Give the side packets to every channel."""
        super().open(context)
        for out_tag, index in context.side_output_places:
            channel_tag = out_tag.partition("__")[2]
            context.emit_side(out_tag, context.side(channel_tag, index), index=index)

    def process(self, context: Context) -> None:
        """Send the packets of one time to one channel."""
        channel = self.channel(context)
        for tag, index in context.inputs:
            value = context.get(tag, index)
            if value is not None and tag not in ("SELECT", "ENABLE"):
                context.emit(channel + tag, value, index=index)


class SwitchMuxCalculator(_Switch):
    """Takes packets from the node that a SwitchContainer has chosen."""

    def open(self, context: Context) -> None:
        """Take the side packets of the chosen channel. Raises ValueError if there is none."""
        super().open(context)
        for tag, index in context.side_output_places:
            name = f"C{self._chosen}__{tag}"
            if (name, index) not in context.side_places:
                raise ValueError(f"the switch has no contained_node {self._chosen}: count from 0")
            context.emit_side(tag, context.side(name, index), index=index)

    def process(self, context: Context) -> None:
        """Hand on the packets of the chosen channel."""
        channel = self.channel(context)
        for tag, index in context.outputs:
            value = context.get(channel + tag, index)
            if value is not None:
                context.emit(tag, value, index=index)
