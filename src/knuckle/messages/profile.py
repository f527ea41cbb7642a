"""The messages of MediaPipe's traces, GraphProfile and what it contains.

Source of names and numbers: mediapipe/framework/calculator_profile.proto
"""

from __future__ import annotations

from . import graph_config as graph_config
from .tables import enum, message, publish

calculator_profile_pb2 = publish(
    "framework/calculator_profile",
    message(
        "TimeHistogram",
        """
        int64 total 1 = 0
        int64 interval_size_usec 2 = 1000000
        int64 num_intervals 3 = 1
        repeated int64 count 4
        """,
    ),
    message("StreamProfile", "string name 1; bool back_edge 2 = false; TimeHistogram latency 3"),
    message(
        "CalculatorProfile",
        """
        string name 1
        int64 open_runtime 2 = 0
        int64 close_runtime 3 = 0
        TimeHistogram process_runtime 4
        TimeHistogram process_input_latency 5
        TimeHistogram process_output_latency 6
        repeated StreamProfile input_stream_profiles 7
        """,
    ),
    message(
        "GraphTrace",
        """
        int64 base_time 1
        int64 base_timestamp 2
        repeated string calculator_name 3
        repeated string stream_name 4
        repeated CalculatorTrace calculator_trace 5
        """,
        message(
            "StreamTrace",
            """
            int64 start_time 1
            int64 finish_time 2
            int64 packet_timestamp 3
            int32 stream_id 4
            int64 packet_id 5
            int64 event_data 6
            """,
        ),
        message(
            "CalculatorTrace",
            """
            int32 node_id 1
            int64 input_timestamp 2
            EventType event_type 3
            int64 start_time 4
            int64 finish_time 5
            repeated StreamTrace input_trace 6
            repeated StreamTrace output_trace 7
            int32 thread_id 8
            """,
        ),
        enum(
            "EventType",
            """
            UNKNOWN OPEN PROCESS CLOSE NOT_READY READY_FOR_PROCESS READY_FOR_CLOSE THROTTLED
            UNTHROTTLED CPU_TASK_USER CPU_TASK_SYSTEM GPU_TASK DSP_TASK TPU_TASK GPU_CALIBRATION
            PACKET_QUEUED GPU_TASK_INVOKE TPU_TASK_INVOKE CPU_TASK_INVOKE GPU_TASK_INVOKE_ADVANCED
            TPU_TASK_INVOKE_ASYNC
            """,
        ),
    ),
    message(
        "GraphProfile",
        """
        repeated GraphTrace graph_trace 1
        repeated CalculatorProfile calculator_profiles 2
        CalculatorGraphConfig config 3
        """,
    ),
    imports=["framework/calculator"],
)
