"""Options of the calculators around networks, of 2019 to 2025.

Source of names and numbers: mediapipe/calculators/{tensor,tflite}/*.proto
"""

from __future__ import annotations

from . import formats as formats
from .graph_config import publish_options
from .tables import enum, message

image_to_tensor_calculator_pb2 = publish_options(
    "calculators/tensor/image_to_tensor_calculator",
    message(
        "ImageToTensorCalculatorOptions",
        """
        int32 output_tensor_width 1
        int32 output_tensor_height 2
        bool keep_aspect_ratio 3
        FloatRange output_tensor_float_range 4 of range
        IntRange output_tensor_int_range 7 of range
        UIntRange output_tensor_uint_range 8 of range
        GpuOrigin.Mode gpu_origin 5
        BorderMode border_mode 6
        """,
        enum("BorderMode", "BORDER_UNSPECIFIED BORDER_ZERO BORDER_REPLICATE"),
        message("FloatRange", "float min 1; float max 2"),
        message("IntRange", "int64 min 1; int64 max 2"),
        message("UIntRange", "uint64 min 1; uint64 max 2"),
        ext=334361939,
    ),
    imports=["gpu/gpu_origin"],
)

inference_calculator_pb2 = publish_options(
    "calculators/tensor/inference_calculator",
    message(
        "InferenceCalculatorOptions",
        """
        string model_path 1
        bool try_mmap_model 7
        bool use_gpu 2 = false
        bool use_nnapi 3 = false
        int32 cpu_num_thread 4 = -1
        Delegate delegate 5
        InputOutputConfig input_output_config 8
        """,
        message(
            "Delegate",
            """
            TfLite tflite 1 of delegate
            Gpu gpu 2 of delegate
            Nnapi nnapi 3 of delegate
            Xnnpack xnnpack 4 of delegate
            """,
            message("TfLite", ""),
            message(
                "Gpu",
                """
                bool use_advanced_gpu_api 1 = false
                Api api 4 = ANY
                bool allow_precision_loss 3 = true
                string cached_kernel_path 2
                string serialized_model_dir 7
                CacheWritingBehavior cache_writing_behavior 10 = WRITE_OR_ERROR
                string model_token 8
                InferenceUsage usage 5 = SUSTAINED_SPEED
                """,
                enum("Api", "ANY OPENGL OPENCL"),
                enum("CacheWritingBehavior", "NO_WRITE TRY_WRITE WRITE_OR_ERROR"),
                enum("InferenceUsage", "UNSPECIFIED FAST_SINGLE_ANSWER SUSTAINED_SPEED"),
            ),
            message("Nnapi", "string cache_dir 1; string model_token 2; string accelerator_name 3"),
            message("Xnnpack", "int32 num_threads 1 = -1; bool enable_zero_copy_tensor_io 7"),
        ),
        message(
            "InputOutputConfig",
            """
            TensorIndicesMap input_tensor_indices_map 1 of InputTensorMap
            TensorNamesMap input_tensor_names_map 3 of InputTensorMap
            TensorIndicesMap output_tensor_indices_map 2 of OutputTensorMap
            TensorNamesMap output_tensor_names_map 4 of OutputTensorMap
            repeated FeedbackTensorLink feedback_tensor_links 5
            """,
            message("TensorIndicesMap", "repeated int32 model_tensor_indices 1 packed"),
            message("TensorNamesMap", "repeated string tensor_names 1"),
            message(
                "FeedbackTensorLink",
                "string from_output_tensor_name 1; string to_input_tensor_name 2",
            ),
        ),
        ext=336783863,
    ),
)

tensor_converter_calculator_pb2 = publish_options(
    "calculators/tensor/tensor_converter_calculator",
    message(
        "TensorConverterCalculatorOptions",
        """
        bool zero_center 1 = true
        bool use_custom_normalization 6 = false
        float custom_div 7 = -1
        float custom_sub 8 = -1
        bool flip_vertically 2 = false
        GpuOrigin.Mode gpu_origin 10
        int32 max_num_channels 3 = 3
        bool row_major_matrix 4 = false
        bool use_quantized_tensors 5 = false
        TensorFloatRange output_tensor_float_range 9
        """,
        message("TensorFloatRange", "float min 1; float max 2"),
        ext=335742637,
    ),
    imports=["gpu/gpu_origin"],
)

tensors_to_classification_calculator_pb2 = publish_options(
    "calculators/tensor/tensors_to_classification_calculator",
    message(
        "TensorsToClassificationCalculatorOptions",
        """
        float min_score_threshold 1
        int32 top_k 2
        bool sort_by_descending_score 9
        string label_map_path 3
        LabelMap label_map 5
        map<int64,LabelMapItem> label_items 6
        bool binary_classification 4
        repeated int32 ignore_classes 7 packed
        repeated int32 allow_classes 8 packed
        """,
        message(
            "LabelMap",
            "repeated Entry entries 1",
            message("Entry", "int32 id 1; string label 2"),
        ),
        ext=335742638,
    ),
    imports=["util/label_map"],
)

tensors_to_detections_calculator_pb2 = publish_options(
    "calculators/tensor/tensors_to_detections_calculator",
    message(
        "TensorsToDetectionsCalculatorOptions",
        """
        int32 num_classes 1
        int32 num_boxes 2
        int32 num_coords 3
        int32 keypoint_coord_offset 9
        int32 num_keypoints 10 = 0
        int32 num_values_per_keypoint 11 = 2
        int32 box_coord_offset 12 = 0
        float x_scale 4 = 0
        float y_scale 5 = 0
        float w_scale 6 = 0
        float h_scale 7 = 0
        bool apply_exponential_on_box_size 13 = false
        bool reverse_output_order 14 = false
        repeated int32 ignore_classes 8
        repeated int32 allow_classes 21 packed
        bool sigmoid_score 15 = false
        float score_clipping_thresh 16
        bool flip_vertically 18 = false
        float min_score_thresh 19
        int32 max_results 20 = -1
        int32 max_classes_per_detection 25 = 1
        TensorMapping tensor_mapping 22
        BoxBoundariesIndices box_boundaries_indices 23 of box_indices
        BoxFormat box_format 24 = UNSPECIFIED
        """,
        enum("BoxFormat", "UNSPECIFIED YXHW XYWH XYXY"),
        message(
            "TensorMapping",
            """
            int32 detections_tensor_index 1
            int32 classes_tensor_index 2
            int32 scores_tensor_index 3
            int32 num_detections_tensor_index 4
            int32 anchors_tensor_index 5
            """,
        ),
        message(
            "BoxBoundariesIndices",
            """
            int32 ymin 1 = 0
            int32 xmin 2 = 1
            int32 ymax 3 = 2
            int32 xmax 4 = 3
            """,
        ),
        ext=335742639,
    ),
)

tensors_to_floats_calculator_pb2 = publish_options(
    "calculators/tensor/tensors_to_floats_calculator",
    message(
        "TensorsToFloatsCalculatorOptions",
        "Activation activation 1 = NONE",
        enum("Activation", "NONE SIGMOID"),
        ext=343499115,
    ),
)

tensors_to_landmarks_calculator_pb2 = publish_options(
    "calculators/tensor/tensors_to_landmarks_calculator",
    message(
        "TensorsToLandmarksCalculatorOptions",
        """
        int32 num_landmarks 1
        int32 input_image_width 2
        int32 input_image_height 3
        bool flip_vertically 4 = false
        bool flip_horizontally 6 = false
        float normalize_z 5 = 1
        Activation visibility_activation 7 = NONE
        Activation presence_activation 8 = NONE
        """,
        enum("Activation", "NONE SIGMOID"),
        ext=335742640,
    ),
)

ssd_anchors_calculator_pb2 = publish_options(
    "calculators/tflite/ssd_anchors_calculator",
    message(
        "SsdAnchorsCalculatorOptions",
        """
        int32 input_size_width 1
        int32 input_size_height 2
        float min_scale 3
        float max_scale 4
        float anchor_offset_x 5 = 0.5
        float anchor_offset_y 6 = 0.5
        int32 num_layers 7
        repeated int32 feature_map_width 8
        repeated int32 feature_map_height 9
        repeated int32 strides 10
        repeated float aspect_ratios 11
        bool reduce_boxes_in_lowest_layer 12 = false
        float interpolated_scale_aspect_ratio 13 = 1
        bool fixed_anchor_size 14 = false
        bool multiscale_anchor_generation 15 = false
        int32 min_level 16 = 3
        int32 max_level 17 = 7
        float anchor_scale 18 = 4
        int32 scales_per_octave 19 = 2
        bool normalize_coordinates 20 = true
        repeated Anchor fixed_anchors 21
        """,
        ext=247258239,
    ),
    imports=["framework/formats/object_detection/anchor"],
)

tflite_converter_calculator_pb2 = publish_options(
    "calculators/tflite/tflite_converter_calculator",
    message(
        "TfLiteConverterCalculatorOptions",
        """
        bool zero_center 1 = true
        bool use_custom_normalization 6 = false
        float custom_div 7 = -1
        float custom_sub 8 = -1
        bool flip_vertically 2 = false
        int32 max_num_channels 3 = 3
        bool row_major_matrix 4 = false
        bool use_quantized_tensors 5 = false
        TensorFloatRange output_tensor_float_range 9
        """,
        message("TensorFloatRange", "float min 1; float max 2"),
        ext=245817797,
    ),
)

tflite_custom_op_resolver_calculator_pb2 = publish_options(
    "calculators/tflite/tflite_custom_op_resolver_calculator",
    message("TfLiteCustomOpResolverCalculatorOptions", "bool use_gpu 1 = false", ext=252087553),
)

tflite_inference_calculator_pb2 = publish_options(
    "calculators/tflite/tflite_inference_calculator",
    message(
        "TfLiteInferenceCalculatorOptions",
        """
        string model_path 1
        bool try_mmap_model 6
        bool use_gpu 2 = false
        bool use_nnapi 3 = false
        int32 cpu_num_thread 4 = -1
        Delegate delegate 5
        """,
        message(
            "Delegate",
            """
            TfLite tflite 1 of delegate
            Gpu gpu 2 of delegate
            Nnapi nnapi 3 of delegate
            Xnnpack xnnpack 4 of delegate
            """,
            message("TfLite", ""),
            message(
                "Gpu",
                """
                bool use_advanced_gpu_api 1 = false
                Api api 4 = ANY
                bool allow_precision_loss 3 = true
                string cached_kernel_path 2
                InferenceUsage usage 5 = SUSTAINED_SPEED
                """,
                enum("Api", "ANY OPENGL OPENCL"),
                enum("InferenceUsage", "UNSPECIFIED FAST_SINGLE_ANSWER SUSTAINED_SPEED"),
            ),
            message("Nnapi", "string cache_dir 1; string model_token 2"),
            message("Xnnpack", "int32 num_threads 1 = -1"),
        ),
        ext=233867213,
    ),
)

tflite_tensors_to_classification_calculator_pb2 = publish_options(
    "calculators/tflite/tflite_tensors_to_classification_calculator",
    message(
        "TfLiteTensorsToClassificationCalculatorOptions",
        """
        float min_score_threshold 1
        int32 top_k 2
        string label_map_path 3
        bool binary_classification 4
        """,
        ext=266399463,
    ),
)

tflite_tensors_to_detections_calculator_pb2 = publish_options(
    "calculators/tflite/tflite_tensors_to_detections_calculator",
    message(
        "TfLiteTensorsToDetectionsCalculatorOptions",
        """
        int32 num_classes 1
        int32 num_boxes 2
        int32 num_coords 3
        int32 keypoint_coord_offset 9
        int32 num_keypoints 10 = 0
        int32 num_values_per_keypoint 11 = 2
        int32 box_coord_offset 12 = 0
        float x_scale 4 = 0
        float y_scale 5 = 0
        float w_scale 6 = 0
        float h_scale 7 = 0
        bool apply_exponential_on_box_size 13 = false
        bool reverse_output_order 14 = false
        repeated int32 ignore_classes 8
        bool sigmoid_score 15 = false
        float score_clipping_thresh 16
        bool flip_vertically 18 = false
        float min_score_thresh 19
        """,
        ext=246514968,
    ),
)

tflite_tensors_to_landmarks_calculator_pb2 = publish_options(
    "calculators/tflite/tflite_tensors_to_landmarks_calculator",
    message(
        "TfLiteTensorsToLandmarksCalculatorOptions",
        """
        int32 num_landmarks 1
        int32 input_image_width 2
        int32 input_image_height 3
        bool flip_vertically 4 = false
        bool flip_horizontally 6 = false
        float normalize_z 5 = 1
        Activation visibility_activation 7 = NONE
        Activation presence_activation 8 = NONE
        """,
        enum("Activation", "NONE SIGMOID"),
        ext=257405002,
    ),
)
