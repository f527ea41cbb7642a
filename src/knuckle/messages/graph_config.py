"""The message of a whole graph, CalculatorGraphConfig, and what it contains.

Source of names and numbers: mediapipe/framework/*.proto, mediapipe/framework/stream_handler/*.proto
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from .tables import ANY, enum, message, publish

mediapipe_options_pb2 = publish(
    "framework/mediapipe_options",
    message("MediaPipeOptions", "", is_extensible=True),
)

calculator_options_pb2 = publish(
    "framework/calculator_options",
    message("CalculatorOptions", "bool merge_fields 1", is_extensible=True),
)

packet_factory_pb2 = publish(
    "framework/packet_factory",
    message("PacketFactoryOptions", "", is_extensible=True),
    message(
        "PacketFactoryConfig",
        """
        string packet_factory 1
        string output_side_packet 2
        string external_output 1002
        PacketFactoryOptions options 3
        """,
    ),
    message("PacketManagerConfig", "repeated PacketFactoryConfig packet 1"),
)

packet_generator_pb2 = publish(
    "framework/packet_generator",
    message("PacketGeneratorOptions", "bool merge_fields 1 = true", is_extensible=True),
    message(
        "PacketGeneratorConfig",
        """
        string packet_generator 1
        repeated string input_side_packet 2
        repeated string external_input 1002
        repeated string output_side_packet 3
        repeated string external_output 1003
        PacketGeneratorOptions options 4
        """,
    ),
)

status_handler_pb2 = publish(
    "framework/status_handler",
    message(
        "StatusHandlerConfig",
        """
        string status_handler 1
        repeated string input_side_packet 2
        repeated string external_input 1002
        MediaPipeOptions options 3
        """,
    ),
    imports=["framework/mediapipe_options"],
)

stream_handler_pb2 = publish(
    "framework/stream_handler",
    message(
        "InputStreamHandlerConfig",
        """
        string input_stream_handler 1 = DefaultInputStreamHandler
        MediaPipeOptions options 3
        """,
    ),
    message(
        "OutputStreamHandlerConfig",
        """
        string output_stream_handler 1 = InOrderOutputStreamHandler
        repeated string input_side_packet 2
        MediaPipeOptions options 3
        """,
    ),
    imports=["framework/mediapipe_options"],
)

calculator_pb2 = publish(
    "framework/calculator",
    message("ExecutorConfig", "string name 1; string type 2; MediaPipeOptions options 3"),
    message(
        "InputCollection",
        """
        string name 1
        repeated string side_packet_name 2
        repeated string external_input_name 1002
        InputType input_type 3
        string file_name 4
        """,
        enum("InputType", "UNKNOWN RECORDIO FOREIGN_RECORDIO FOREIGN_CSV_TEXT INVALID_UPPER_BOUND"),
    ),
    message("InputCollectionSet", "repeated InputCollection input_collection 1"),
    message("InputStreamInfo", "string tag_index 1; bool back_edge 2"),
    message(
        "ProfilerConfig",
        """
        int64 histogram_interval_size_usec 1
        int64 num_histogram_intervals 2
        bool enable_input_output_latency 3
        bool enable_profiler 4
        bool enable_stream_latency 5
        bool use_packet_timestamp_for_added_packet 6
        int64 trace_log_capacity 7
        repeated int32 trace_event_types_disabled 8
        string trace_log_path 9
        int32 trace_log_count 10
        int64 trace_log_interval_usec 11
        int64 trace_log_margin_usec 12
        bool trace_log_duration_events 13
        int32 trace_log_interval_count 14
        bool trace_log_disabled 15
        bool trace_enabled 16
        bool trace_log_instant_events 17
        string calculator_filter 18
        """,
    ),
    message(
        "GraphRuntimeInfoConfig", "bool enable_graph_runtime_info 1; uint32 capture_period_msec 2"
    ),
    message(
        "CalculatorGraphConfig",
        """
        repeated Node node 1
        repeated PacketFactoryConfig packet_factory 6
        repeated PacketGeneratorConfig packet_generator 7
        int32 num_threads 8
        repeated StatusHandlerConfig status_handler 9
        repeated string input_stream 10
        repeated string output_stream 15
        repeated string input_side_packet 16
        repeated string output_side_packet 17
        int32 max_queue_size 11
        bool report_deadlock 21
        GraphRuntimeInfoConfig runtime_info 22
        InputStreamHandlerConfig input_stream_handler 12
        OutputStreamHandlerConfig output_stream_handler 13
        repeated ExecutorConfig executor 14
        ProfilerConfig profiler_config 18
        string package 19
        string type 20
        MediaPipeOptions options 1001
        repeated google.protobuf.Any graph_options 1002
        """,
        message(
            "Node",
            """
            string name 1
            string calculator 2
            repeated string input_stream 3
            repeated string output_stream 4
            repeated string input_side_packet 5
            repeated string output_side_packet 6
            CalculatorOptions options 7
            repeated google.protobuf.Any node_options 8
            int32 source_layer 9
            int32 buffer_size_hint 10
            InputStreamHandlerConfig input_stream_handler 11
            OutputStreamHandlerConfig output_stream_handler 12
            repeated InputStreamInfo input_stream_info 13
            string executor 14
            ProfilerConfig profiler_config 15
            int32 max_in_flight 16
            repeated string option_value 17
            repeated string external_input 1005
            """,
        ),
    ),
    imports=[
        "framework/calculator_options",
        ANY,
        "framework/mediapipe_options",
        "framework/packet_factory",
        "framework/packet_generator",
        "framework/status_handler",
        "framework/stream_handler",
    ],
    syntax="proto3",
)

default_input_stream_handler_pb2 = publish(
    "framework/stream_handler/default_input_stream_handler",
    message(
        "DefaultInputStreamHandlerOptions",
        "int32 batch_size 1 = 1",
        ext=164312821,
        extends="MediaPipeOptions",
    ),
    imports=["framework/mediapipe_options"],
)

fixed_size_input_stream_handler_pb2 = publish(
    "framework/stream_handler/fixed_size_input_stream_handler",
    message(
        "FixedSizeInputStreamHandlerOptions",
        """
        int32 trigger_queue_size 1 = 2
        int32 target_queue_size 2 = 1
        bool fixed_min_size 3 = false
        """,
        ext=125744319,
        extends="MediaPipeOptions",
    ),
    imports=["framework/mediapipe_options"],
)

sync_set_input_stream_handler_pb2 = publish(
    "framework/stream_handler/sync_set_input_stream_handler",
    message(
        "SyncSetInputStreamHandlerOptions",
        "repeated SyncSet sync_set 1",
        message("SyncSet", "repeated string tag_index 1"),
        ext=155816273,
        extends="MediaPipeOptions",
    ),
    imports=["framework/mediapipe_options"],
)

timestamp_align_input_stream_handler_pb2 = publish(
    "framework/stream_handler/timestamp_align_input_stream_handler",
    message(
        "TimestampAlignInputStreamHandlerOptions",
        "string timestamp_base_tag_index 1",
        ext=190104979,
        extends="MediaPipeOptions",
    ),
    imports=["framework/mediapipe_options"],
)

thread_pool_executor_pb2 = publish(
    "framework/thread_pool_executor",
    message(
        "ThreadPoolExecutorOptions",
        """
        int32 num_threads 1
        int32 stack_size 2
        int32 nice_priority_level 3
        ProcessorPerformance require_processor_performance 4
        string thread_name_prefix 5
        """,
        enum("ProcessorPerformance", "NORMAL LOW HIGH"),
        ext=157116819,
        extends="MediaPipeOptions",
    ),
    imports=["framework/mediapipe_options"],
)


def publish_options(path: str, *contents: Any, imports: Sequence[str] = ()) -> ModuleType:
    """Like `publish`, for messages that extend CalculatorOptions."""
    return publish(path, *contents, imports=["framework/calculator_options", *imports])
