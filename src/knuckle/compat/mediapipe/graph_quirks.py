"""The quirks of MediaPipe's graphs: what is repeated, and what differs. See `quirks.py`."""

from __future__ import annotations

from .quirks import SAME, Quirk

_SOLUTION = "mediapipe/python/solution_base.py"
_OLD = "observed, 0.10.21"

REPEATED = (
    Quirk(
        "times without a packet",
        "graphs",
        "an observer of bounds gets an empty packet for each time that a gate or limiter leaves "
        "out",
        SAME,
        _OLD,
        "test_graph.py::test_a_gate_lets_pass_and_tells_bounds",
    ),
    Quirk(
        "outputs inside a loop over hands",
        "graphs",
        "`SolutionBase` gives the value of the last hand, as for "
        "handlandmarkcpu__hand_presence_score",
        SAME,
        _SOLUTION,
        "test_hand_graphs.py::test_inner_streams_can_be_looked_at",
    ),
)

DIFFERENT = (
    Quirk(
        "MediaPipe's graph files",
        "graphs",
        "those of its wheel, which lacks the renderer, videos and calculators for graphics cards",
        "graphs of our own behind the same paths, names of nodes and streams, and all of these; "
        "what is made for graphics cards runs on the processor",
        _OLD,
        "test_hand_graphs.py::test_a_program_of_the_desktop_runs",
    ),
    Quirk(
        "calculator_params",
        "graphs",
        "options of six kinds of calculators",
        "options of all",
        _SOLUTION,
        "test_hand_graphs.py::test_any_option_can_be_set",
    ),
    Quirk(
        "calculator_params as up to 0.8.8",
        "graphs",
        "`ConstantSidePacketCalculator.packet`, which held the static mode, is a ValueError since "
        "0.8.9",
        "is taken as the side packet use_prev_landmarks",
        _OLD,
        "test_hand_graphs.py::test_programs_of_2021_run",
    ),
    Quirk(
        "num_hands left out",
        "graphs",
        "a ValueError",
        "one hand",
        _OLD,
        "test_hand_graphs.py::test_the_number_of_hands_is_a_side_packet",
    ),
    Quirk(
        "a repeated time",
        "graphs",
        "a ValueError at some later call, after which every call fails",
        "a ValueError at once, after which the graph goes on",
        _OLD,
        "test_graph.py::test_a_repeated_time_is_refused_at_once",
    ),
    Quirk(
        "an error in the callback of observe_output_stream",
        "graphs",
        "aborts the process",
        "is raised by the next call that waits, and the graph goes on",
        _OLD,
        "test_graph.py::test_the_error_of_a_callback_reaches_the_program",
    ),
    Quirk(
        "calls before start_run, a second start_run",
        "graphs",
        "errors from inside, or the program hangs",
        "a RuntimeError that says what to call",
        _OLD,
        "test_graph.py::test_nothing_can_be_done_before_a_run",
    ),
    Quirk(
        "mp.Timestamp",
        "graphs",
        "aborts for special numbers; is never equal to None, but raises a TypeError; has no hash",
        "a ValueError; False; the hash of its number",
        _OLD,
        "test_timestamp.py::test_timestamps_are_compared_with_numbers_too",
    ),
    Quirk(
        "mp.packet_getter",
        "graphs",
        "`get_proto` aborts for other packets; `get_image` refuses an ImageFrame",
        "a ValueError; `get_image` and `get_image_frame` take both kinds of pictures",
        _OLD,
        "test_packets.py::test_a_picture_is_a_packet",
    ),
)
