"""Keys and frames change the state; nothing else does."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knuckle.window.figures import Stages
from knuckle.window.keys import KEYS, key_of, keys_for
from knuckle.window.state import LATE, Clock, Media, Place, State, Target, orders_of
from knuckle.window.update import (
    MESSAGE_SECONDS,
    SPEEDS,
    Closed,
    Ended,
    Event,
    Failed,
    Pressed,
    RecordingStopped,
    Shown,
    Sought,
    Ticked,
    Told,
    update,
)

from .conftest import RATE, settings

STAGES = Stages(0.01, 0.002, 0.001, 0.02)


def press(state: State, *keys: str, now: float = 100.0) -> State:
    """The state after some keys."""
    return reduce(lambda before, key: update(before, Pressed(key), now), keys, state)


def show(state: State, index: int, now: float = 100.0) -> State:
    """The state after a frame has reached the screen."""
    return update(state, Shown(Place(index, index / RATE), STAGES), now)


def text(state: State) -> str:
    """The message on the screen."""
    return "" if state.message is None else state.message.text


class TestPlaying:
    """A clip's clock, pause and steps."""

    def test_a_pause_before_the_first_frame_still_shows_it(self, clip: State) -> None:
        """Or the window would stay empty."""
        early = press(clip, "space")
        shown = show(early, 0)

        assert early.is_paused
        assert early.is_waiting_for_step
        assert shown.is_paused
        assert not shown.is_waiting_for_step

    def test_the_first_frame_starts_the_clock(self, clip: State) -> None:
        """The next one is due a thirtieth of a second later."""
        shown = show(clip, 0)

        assert Clock(100.0, 0.0, 1.0) == shown.clock
        assert 100.0 + 1 / RATE == pytest.approx(shown.clock.due(1 / RATE))

    def test_the_clock_stays_while_frames_are_in_time(self, clip: State) -> None:
        """It does not drift with the moments at which frames are shown."""
        assert Clock(100.0, 0.0, 1.0) == show(show(clip, 0), 3, now=100.11).clock

    def test_a_clip_that_cannot_keep_up_goes_on_from_where_it_is(self, clip: State) -> None:
        """It does not race to catch up."""
        assert Clock(101.0, 0.1, 1.0) == show(show(clip, 0), 3, now=101.0).clock
        assert 101.0 - (100.0 + 0.1) > LATE

    def test_pause_and_go_on(self, clip: State) -> None:
        """The time of the pause does not count for the clock."""
        paused = press(show(clip, 0), "space")
        going = show(press(paused, "space", now=200.0), 1, now=200.0)

        assert (True, None) == (paused.is_paused, paused.clock)
        assert Clock(200.0, 1 / RATE, 1.0) == going.clock

    def test_a_step_pauses_first_and_then_shows_one_frame(self, clip: State) -> None:
        """Each press lets one frame through."""
        paused = press(show(clip, 5), "right")
        stepping = press(paused, "right")

        assert (True, False) == (paused.is_paused, paused.is_waiting_for_step)
        assert stepping.is_waiting_for_step
        assert not show(stepping, 6).is_waiting_for_step

    def test_a_step_back_goes_to_the_frame_before(self, clip: State) -> None:
        """It pauses, and is quicker than the screen: two presses are two frames."""
        once = press(show(clip, 60), "left")
        twice = press(once, "left")

        assert (True, True) == (once.is_paused, once.is_waiting_for_step)
        assert [59, 58] == [once.jump.target.index, twice.jump.target.index]
        assert 2.0 - 2 / RATE == pytest.approx(twice.jump.target.seconds)

    def test_a_step_back_after_a_step_back_was_shown(self, clip: State) -> None:
        """It counts from the frame on the screen."""
        back = show(press(show(clip, 60), "left"), 59)

        assert 58 == press(back, "left").jump.target.index

    def test_there_is_nothing_before_the_first_frame(self, clip: State) -> None:
        """A sentence says so."""
        start = press(show(clip, 0), "left")

        assert (0, "This is the first frame") == (start.jump.number, text(start))

    def test_speed_changes_in_steps(self, clip: State) -> None:
        """To 4 at most, to an eighth at least."""
        assert 2.0 == press(clip, "]").speed
        assert SPEEDS[-1] == press(clip, *"]]]]]]").speed
        assert SPEEDS[0] == press(clip, *"[[[[[[").speed
        assert Clock(100.0, 0.0, 0.5) == show(press(clip, "["), 0).clock

    def test_five_seconds_forward_and_back(self, clip: State) -> None:
        """Within the clip: the end still has a frame to show."""
        at_three = show(clip, 3 * RATE)

        assert Target(8.0) == press(at_three, "page down").jump.target
        assert Target(0.0) == press(at_three, "page up").jump.target
        assert 9.9 < press(show(clip, 7 * RATE), "page down").jump.target.seconds < 10.0

    def test_a_click_on_the_bar(self, clip: State) -> None:
        """A share of the clip."""
        assert Target(4.0) == update(show(clip, 0), Sought(0.4), 100.0).jump.target

    def test_the_end_is_a_state_with_a_way_out(self, clip: State) -> None:
        """Space plays it again; a recording is complete."""
        ended = update(replace(show(clip, 299), is_recording=True), Ended(), 100.0)
        again = press(ended, "space")

        assert (True, False) == (ended.is_ended, ended.is_recording)
        assert "Space plays it again" in text(ended)
        assert (False, False, Target(0.0)) == (again.is_ended, again.is_paused, again.jump.target)

    def test_a_step_back_from_the_end(self, clip: State) -> None:
        """The last frame is on the screen, so it is the one before."""
        back = press(update(show(clip, 299), Ended(), 100.0), "left")

        assert (298, True, False) == (back.jump.target.index, back.is_paused, back.is_ended)


class TestCamera:
    """What is different for a camera."""

    @pytest.mark.parametrize("key", ["left", "page up", "page down", "[", "]"])
    def test_keys_of_clips_do_nothing(self, live: State, key: str) -> None:
        """A camera cannot go back."""
        shown = show(live, 5)

        assert shown == press(shown, key)

    def test_a_failure_can_be_mended(self, live: State) -> None:
        """The camera is opened again; its first frame ends the failure."""
        failed = update(show(live, 5), Failed("camera 0 stopped"), 100.0)
        again = press(failed, "home")

        assert "camera 0 stopped" == failed.problem
        assert (None, failed.jump.number + 1) == (again.problem, again.jump.number)

    def test_frames_between_two_are_dropped(self, live: State) -> None:
        """Those of a pause are not."""
        dropping = show(show(live, 5), 9)
        resumed = show(press(dropping, "space", "space"), 300)

        assert 3 == dropping.figures.dropped
        assert 3 == resumed.figures.dropped

    def test_the_frame_rate_is_that_of_the_last_second(self, live: State) -> None:
        """Twenty frames, each 50 ms after the last."""
        state = live
        for i in range(60):
            state = show(state, i, now=100 + i / 20)

        assert 20 == pytest.approx(state.figures.rate)
        assert state.figures.stages is not None
        assert 0.02 == pytest.approx(state.figures.stages.latency)

    def test_figures_stand_still_for_a_moment(self, live: State) -> None:
        """So that they can be read."""
        first = show(live, 0, now=100.0)
        soon, later = show(first, 1, now=100.1), show(first, 1, now=100.5)

        assert first.reading == soon.reading
        assert first.reading != later.reading


class TestTracking:
    """What is to be found."""

    def test_the_model(self, live: State) -> None:
        """Full, lite, full."""
        lite = press(live, "l")

        assert "lite" == lite.settings.options["variant"]
        assert live.settings == press(lite, "l").settings

    def test_the_number_of_hands(self, live: State) -> None:
        """A digit."""
        assert 4 == press(live, "4").settings.options["max_hands"]
        assert "At most 1 hand" == text(press(live, "1"))

    def test_smoothing(self, live: State) -> None:
        """Off and on."""
        off = press(live, "t")

        assert None is off.settings.options["smoothing"]
        assert live.settings == press(off, "t").settings

    def test_palms_only(self, live: State) -> None:
        """And back."""
        assert press(live, "p").settings.palms_only
        assert live.settings == press(live, "p", "p").settings

    @pytest.mark.parametrize("key", ["l", "4", "t", "p"])
    def test_a_clip_answers_for_the_frame_on_the_screen(self, clip: State, key: str) -> None:
        """A picture that stands still shows the change at once."""
        paused = press(show(clip, 60), "space", key)

        assert Target(2.0, 60) == paused.jump.target
        assert paused.is_waiting_for_step

    def test_the_worker_skips_late_frames_only_where_nothing_is_lost(self, clip: State) -> None:
        """Not in a recording, and not in a pause."""
        playing = show(clip, 0)

        assert None is not orders_of(playing).clock
        assert None is orders_of(press(playing, "r")).clock
        assert None is orders_of(press(playing, "space")).clock


class TestView:
    """How it is shown."""

    @pytest.mark.parametrize(
        ("key", "name"),
        [
            ("m", "is_mirrored"),
            ("c", "confidence"),
            ("b", "boxes"),
        ],
    )
    def test_switches_of_the_look(self, live: State, key: str, name: str) -> None:
        """On and off, with nothing tracked anew."""
        on = press(live, key)

        assert getattr(on.look, name)
        assert live.look == press(on, key).look
        assert live.jump == on.jump
        assert live.settings == on.settings

    def test_the_style(self, live: State) -> None:
        """Two of them."""
        assert ["depth", "fingers"] == [
            press(live, *keys).look.style for keys in (["d"], ["d", "d"])
        ]

    def test_escape_closes_what_is_open(self, live: State) -> None:
        """The help, full screen, then the window."""
        state = press(live, "f", "h")
        without_help = press(state, "escape")
        windowed = press(without_help, "escape")

        assert (True, True) == (state.has_help, state.is_full_screen)
        assert (False, True) == (without_help.has_help, without_help.is_full_screen)
        assert (False, False) == (windowed.is_full_screen, windowed.is_quitting)
        assert press(windowed, "escape").is_quitting

    def test_q_closes_the_window(self, live: State) -> None:
        """At once, as its own button does."""
        assert press(live, "h", "q").is_quitting
        assert update(live, Closed(), 1.0).is_quitting

    def test_messages_go(self, live: State) -> None:
        """After a few seconds."""
        told = update(live, Told("Saved hand.png"), 100.0)

        assert told == update(told, Ticked(), 99.9 + MESSAGE_SECONDS)
        assert None is update(told, Ticked(), 100.0 + MESSAGE_SECONDS).message


class TestSaving:
    """What the keys ask for."""

    def test_a_snapshot_needs_a_frame(self, live: State) -> None:
        """Each press is one."""
        assert 0 == press(live, "s").snapshots
        assert 2 == press(show(live, 0), "s", "s").snapshots

    def test_a_recording_counts_its_seconds(self, live: State) -> None:
        """By the times of its frames."""
        recording = show(press(show(live, 30), "r"), 90)

        assert (True, 2.0) == (recording.is_recording, recording.recorded)
        assert not press(recording, "r").is_recording

    def test_a_recording_that_fails_says_so(self, live: State) -> None:
        """It is over."""
        failed = update(press(show(live, 0), "r"), RecordingStopped("Disk full"), 100.0)

        assert (False, "Disk full") == (failed.is_recording, text(failed))


class TestKeys:
    """The table."""

    @pytest.mark.parametrize("is_live", [True, False])
    def test_no_key_has_two_actions(self, is_live: bool) -> None:
        """With a camera, and with a clip."""
        names = [name for key in keys_for(is_live=is_live) for name in key.names]

        assert len(set(names)) == len(names)

    def test_other_keys_do_nothing(self, live: State) -> None:
        """Also those of other keyboards."""
        assert None is key_of("ü", is_live=True)
        assert live == press(live, "ü", "f9", "left shift")


NAMES = sorted({name for key in KEYS for name in key.names})
EVENTS = st.one_of(
    st.sampled_from(NAMES).map(Pressed),
    st.integers(0, 299).map(lambda i: Shown(Place(i, i / RATE), STAGES)),
    st.floats(-1, 2).map(Sought),
    st.just(Ended()),
    st.just(Failed("it broke")),
    st.just(Told("saved")),
    st.just(RecordingStopped("full")),
    st.just(Ticked()),
)


@given(events=st.lists(EVENTS, max_size=60), is_live=st.booleans())
def test_any_order_of_events_makes_sense(events: list[object], is_live: bool) -> None:
    """What must hold in every state."""
    duration = None if is_live else 10.0
    state = State(Media("x", is_live=is_live, rate=RATE, duration=duration), settings())
    for i, event in enumerate(events):
        before, state = state, update(state, cast("Event", event), 100 + i / 10)

        assert 0 <= state.stepped <= state.steps
        assert state.speed in SPEEDS
        assert state.jump.number - before.jump.number in (0, 1)
        assert 0 <= state.jump.target.seconds <= 10
        assert state.clock is None or not (state.is_paused or is_live)
        assert not (state.is_recording and (state.is_ended or state.problem))
        assert 1 <= state.settings.options["max_hands"] <= 9
