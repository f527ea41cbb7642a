"""Options of calculators. All of them are in the pool when this module is imported.

Source of names and numbers: mediapipe/calculators/{core,util}/*.proto,
mediapipe/framework/tool/switch_container.proto
"""

from __future__ import annotations

from . import drawing_options as drawing_options
from . import formats as formats
from . import knuckle_options as knuckle_options
from . import tensor_options as tensor_options
from .graph_config import publish_options
from .tables import enum, message

switch_container_pb2 = publish_options(
    "framework/tool/switch_container",
    message(
        "SwitchContainerOptions",
        """
        repeated CalculatorGraphConfig.Node contained_node 2
        int32 select 3
        bool enable 4
        bool synchronize_io 5
        bool async_selection 6
        repeated string tick_input_stream 7
        """,
        ext=345967970,
    ),
    imports=["framework/calculator"],
)

bypass_calculator_pb2 = publish_options(
    "calculators/core/bypass_calculator",
    message(
        "BypassCalculatorOptions",
        """
        repeated string pass_input_stream 1
        repeated string pass_output_stream 2
        """,
        ext=481259677,
    ),
)

clip_vector_size_calculator_pb2 = publish_options(
    "calculators/core/clip_vector_size_calculator",
    message("ClipVectorSizeCalculatorOptions", "int32 max_vec_size 1 = 1", ext=274674998),
)

concatenate_vector_calculator_pb2 = publish_options(
    "calculators/core/concatenate_vector_calculator",
    message(
        "ConcatenateVectorCalculatorOptions",
        "bool only_emit_if_all_present 1 = false",
        ext=259397839,
    ),
)

constant_side_packet_calculator_pb2 = publish_options(
    "calculators/core/constant_side_packet_calculator",
    message(
        "ConstantSidePacketCalculatorOptions",
        "repeated ConstantSidePacket packet 1",
        message("StringVector", "repeated string string_value 1"),
        message(
            "ConstantSidePacket",
            """
            int32 int_value 1 of value
            uint64 uint64_value 5 of value
            int64 int64_value 11 of value
            float float_value 2 of value
            double double_value 9 of value
            bool bool_value 3 of value
            string string_value 4 of value
            ClassificationList classification_list_value 6 of value
            LandmarkList landmark_list_value 7 of value
            TimeSeriesHeader time_series_header_value 10 of value
            MatrixData matrix_data_value 12 of value
            StringVector string_vector_value 13 of value
            """,
        ),
        ext=291214597,
    ),
    imports=[
        "framework/formats/classification",
        "framework/formats/landmark",
        "framework/formats/matrix_data",
        "framework/formats/time_series_header",
    ],
)

flow_limiter_calculator_pb2 = publish_options(
    "calculators/core/flow_limiter_calculator",
    message(
        "FlowLimiterCalculatorOptions",
        """
        int32 max_in_flight 1 = 1
        int32 max_in_queue 2 = 0
        int64 in_flight_timeout 3 = 0
        """,
        ext=326963320,
    ),
)

gate_calculator_pb2 = publish_options(
    "calculators/core/gate_calculator",
    message(
        "GateCalculatorOptions",
        """
        bool empty_packets_as_allow 1
        bool allow 2 = false
        GateState initial_gate_state 3 = GATE_UNINITIALIZED
        """,
        enum("GateState", "UNSPECIFIED GATE_UNINITIALIZED GATE_ALLOW GATE_DISALLOW"),
        ext=261754847,
    ),
)

get_vector_item_calculator_pb2 = publish_options(
    "calculators/core/get_vector_item_calculator",
    message(
        "GetVectorItemCalculatorOptions",
        "int32 item_index 1; bool output_empty_on_oob 2",
        ext=463538543,
    ),
)

packet_cloner_calculator_pb2 = publish_options(
    "calculators/core/packet_cloner_calculator",
    message(
        "PacketClonerCalculatorOptions",
        """
        bool output_only_when_all_inputs_received 1 = false
        bool output_packets_only_when_all_inputs_received 2 = false
        """,
        ext=258872085,
    ),
)

packet_resampler_calculator_pb2 = publish_options(
    "calculators/core/packet_resampler_calculator",
    message(
        "PacketResamplerCalculatorOptions",
        """
        double frame_rate 1 = -1
        OutputHeader output_header 2 = NONE
        bool flush_last_packet 3 = true
        double jitter 4
        bool jitter_with_reflection 9 = false
        bool reproducible_sampling 10 = false
        int64 base_timestamp 5
        int64 start_time 6
        int64 end_time 7
        bool round_limits 8 = false
        bool use_input_frame_rate 11 = false
        double max_frame_rate 12 = -1
        """,
        enum("OutputHeader", "NONE PASS_HEADER UPDATE_VIDEO_HEADER"),
        ext=95743844,
    ),
)

packet_thinner_calculator_pb2 = publish_options(
    "calculators/core/packet_thinner_calculator",
    message(
        "PacketThinnerCalculatorOptions",
        """
        ThinnerType thinner_type 1 = ASYNC
        int64 period 2 = 1
        int64 start_time 3
        int64 end_time 4
        bool sync_output_timestamps 5 = true
        bool update_frame_rate 6 = false
        """,
        enum("ThinnerType", "ASYNC=1 SYNC"),
        ext=288533508,
    ),
)

sequence_shift_calculator_pb2 = publish_options(
    "calculators/core/sequence_shift_calculator",
    message(
        "SequenceShiftCalculatorOptions",
        """
        int32 packet_offset 1 = -1
        bool emit_empty_packets_before_first_packet 2 = false
        """,
        ext=107633927,
    ),
)

split_vector_calculator_pb2 = publish_options(
    "calculators/core/split_vector_calculator",
    message("Range", "int32 begin 1; int32 end 2"),
    message(
        "SplitVectorCalculatorOptions",
        """
        repeated Range ranges 1
        bool element_only 2 = false
        bool combine_outputs 3 = false
        """,
        ext=259438222,
    ),
)

association_calculator_pb2 = publish_options(
    "calculators/util/association_calculator",
    message("AssociationCalculatorOptions", "float min_similarity_threshold 1 = 1", ext=275124847),
)

collection_has_min_size_calculator_pb2 = publish_options(
    "calculators/util/collection_has_min_size_calculator",
    message("CollectionHasMinSizeCalculatorOptions", "int32 min_size 1 = 0", ext=259397840),
)

detection_label_id_to_text_calculator_pb2 = publish_options(
    "calculators/util/detection_label_id_to_text_calculator",
    message(
        "DetectionLabelIdToTextCalculatorOptions",
        """
        string label_map_path 1
        repeated string label 2
        bool keep_label_id 3
        map<int64,LabelMapItem> label_items 4
        """,
        ext=251889072,
    ),
    imports=["util/label_map"],
)

detections_to_rects_calculator_pb2 = publish_options(
    "calculators/util/detections_to_rects_calculator",
    message(
        "DetectionsToRectsCalculatorOptions",
        """
        int32 rotation_vector_start_keypoint_index 1
        int32 rotation_vector_end_keypoint_index 2
        float rotation_vector_target_angle 3
        float rotation_vector_target_angle_degrees 4
        bool output_zero_rect_for_empty_detections 5
        ConversionMode conversion_mode 6
        """,
        enum("ConversionMode", "DEFAULT USE_BOUNDING_BOX USE_KEYPOINTS"),
        ext=262691807,
    ),
)

filter_detections_calculator_pb2 = publish_options(
    "calculators/util/filter_detections_calculator",
    message(
        "FilterDetectionsCalculatorOptions",
        "float min_score 1; float min_pixel_size 2; float max_pixel_size 3",
        ext=395478132,
    ),
)

landmark_projection_calculator_pb2 = publish_options(
    "calculators/util/landmark_projection_calculator",
    message("LandmarkProjectionCalculatorOptions", "bool ignore_rotation 1 = false", ext=263371892),
)

landmarks_to_detection_calculator_pb2 = publish_options(
    "calculators/util/landmarks_to_detection_calculator",
    message(
        "LandmarksToDetectionCalculatorOptions",
        "repeated int32 selected_landmark_indices 1",
        ext=260199669,
    ),
)

landmarks_smoothing_calculator_pb2 = publish_options(
    "calculators/util/landmarks_smoothing_calculator",
    message(
        "LandmarksSmoothingCalculatorOptions",
        """
        NoFilter no_filter 1 of filter_options
        VelocityFilter velocity_filter 2 of filter_options
        OneEuroFilter one_euro_filter 3 of filter_options
        """,
        message("NoFilter", ""),
        message(
            "VelocityFilter",
            """
            int32 window_size 1 = 5
            float velocity_scale 2 = 10
            float min_allowed_object_scale 3 = 1e-06
            bool disable_value_scaling 4 = false
            """,
        ),
        message(
            "OneEuroFilter",
            """
            float frequency 1 = 30
            float min_cutoff 2 = 1
            float beta 3 = 0
            float derivate_cutoff 4 = 1
            float min_allowed_object_scale 5 = 1e-06
            bool disable_value_scaling 6 = false
            """,
        ),
        ext=325671429,
    ),
)

local_file_contents_calculator_pb2 = publish_options(
    "calculators/util/local_file_contents_calculator",
    message("LocalFileContentsCalculatorOptions", "bool text_mode 1", ext=346849340),
)

logic_calculator_pb2 = publish_options(
    "calculators/util/logic_calculator",
    message(
        "LogicCalculatorOptions",
        "Operation op 1; bool negate 2; repeated bool input_value 3",
        enum("Operation", "AND OR XOR"),
        ext=338731246,
    ),
)

non_max_suppression_calculator_pb2 = publish_options(
    "calculators/util/non_max_suppression_calculator",
    message(
        "NonMaxSuppressionCalculatorOptions",
        """
        int32 num_detection_streams 1 = 1
        int32 max_num_detections 2 = -1
        float min_score_threshold 6 = -1
        float min_suppression_threshold 3 = 1
        OverlapType overlap_type 4 = JACCARD
        bool return_empty_detections 5
        NmsAlgorithm algorithm 7 = DEFAULT
        bool multiclass_nms 8 = false
        """,
        enum(
            "OverlapType",
            "UNSPECIFIED_OVERLAP_TYPE JACCARD MODIFIED_JACCARD INTERSECTION_OVER_UNION",
        ),
        enum("NmsAlgorithm", "DEFAULT WEIGHTED"),
        ext=55383100,
    ),
)

rect_transformation_calculator_pb2 = publish_options(
    "calculators/util/rect_transformation_calculator",
    message(
        "RectTransformationCalculatorOptions",
        """
        float scale_x 1 = 1
        float scale_y 2 = 1
        float rotation 3
        int32 rotation_degrees 4
        float shift_x 5
        float shift_y 6
        bool square_long 7
        bool square_short 8
        """,
        ext=262226312,
    ),
)

thresholding_calculator_pb2 = publish_options(
    "calculators/util/thresholding_calculator",
    message("ThresholdingCalculatorOptions", "double threshold 1", ext=259990498),
)

visibility_copy_calculator_pb2 = publish_options(
    "calculators/util/visibility_copy_calculator",
    message(
        "VisibilityCopyCalculatorOptions",
        "bool copy_visibility 1 = true; bool copy_presence 2 = true",
        ext=363728421,
    ),
)
