"""Options of knuckle's own calculators; `graph/calculators/tracking.py` uses them.

Graph files give them as node_options: [type.googleapis.com/knuckle.NAME] { ... }.
"""

from __future__ import annotations

from .tables import message, publish

knuckle_options_pb2 = publish(
    "graph/knuckle_options",
    message(
        "KnuckleDetectorCalculatorOptions",
        """
        int32 num_hands 1 = 2
        int32 model_complexity 2 = 1
        double min_palm_score 3 = 0.5
        double min_presence 4 = 0.5
        bool mirrored 5 = false
        """,
    ),
    message(
        "KnuckleDrawCalculatorOptions",
        """
        string style 1 = fingers
        bool handedness 2 = true
        bool score 3 = false
        bool palm_box 4 = false
        bool roi 5 = false
        bool confidence 6 = false
        """,
    ),
    message("KnucklePalmsCalculatorOptions", "double view 1 = 1"),
    message(
        "KnuckleSearchPolicyCalculatorOptions",
        """
        Adaptive adaptive 1 of policy
        EveryFrame every_frame 2 of policy
        EveryFrames every_frames 3 of policy
        EverySeconds every_seconds 4 of policy
        """,
        message(
            "Adaptive",
            """
            double watch 1 = 0.5
            double moving 2 = 0.12
            double still 3 = 0.6
            double empty 4 = 4
            double second_look 5 = 1
            """,
        ),
        message("EveryFrame", ""),
        message("EveryFrames", "int32 count 1 = 1"),
        message("EverySeconds", "double seconds 1"),
    ),
    message(
        "KnuckleSmoothingCalculatorOptions",
        """
        double cutoff 1 = 0.5
        double tolerance 2 = 0.03
        double response 3 = 5
        bool is_on 4 = true
        """,
    ),
    package="knuckle",
)
