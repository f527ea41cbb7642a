"""Options of the calculators that draw, and of those that read, turn and write pictures.

Source of names and numbers: mediapipe/calculators/{image,util,video}/*.proto
"""

from __future__ import annotations

from . import formats as formats
from .graph_config import publish_options
from .tables import enum, message

annotation_overlay_calculator_pb2 = publish_options(
    "calculators/util/annotation_overlay_calculator",
    message(
        "AnnotationOverlayCalculatorOptions",
        """
        int32 canvas_width_px 2 = 1920
        int32 canvas_height_px 3 = 1080
        Color canvas_color 4
        bool flip_text_vertically 5 = false
        bool gpu_uses_top_left_origin 6 = true
        float gpu_scale_factor 7 = 1
        """,
        ext=250607623,
    ),
    imports=["util/color"],
)

detections_to_render_data_calculator_pb2 = publish_options(
    "calculators/util/detections_to_render_data_calculator",
    message(
        "DetectionsToRenderDataCalculatorOptions",
        """
        bool produce_empty_packet 1 = true
        string text_delimiter 2 = ,
        bool one_label_per_line 3 = false
        RenderAnnotation.Text text 4
        double thickness 5 = 1
        Color color 6
        string scene_class 7 = DETECTION
        bool render_detection_id 8 = false
        """,
        ext=248360806,
    ),
    imports=["util/color", "util/render_data"],
)

labels_to_render_data_calculator_pb2 = publish_options(
    "calculators/util/labels_to_render_data_calculator",
    message(
        "LabelsToRenderDataCalculatorOptions",
        """
        repeated Color color 1
        double thickness 2 = 2
        repeated Color outline_color 12
        double outline_thickness 11
        int32 font_height_px 3 = 50
        int32 horizontal_offset_px 7 = 0
        int32 vertical_offset_px 8 = 0
        int32 max_num_labels 4 = 1
        int32 font_face 5 = 0
        Location location 6 = TOP_LEFT
        bool use_display_name 9 = false
        bool display_classification_score 10 = false
        """,
        enum("Location", "TOP_LEFT BOTTOM_LEFT"),
        ext=271660364,
    ),
    imports=["util/color"],
)

landmarks_to_render_data_calculator_pb2 = publish_options(
    "calculators/util/landmarks_to_render_data_calculator",
    message(
        "LandmarksToRenderDataCalculatorOptions",
        """
        repeated int32 landmark_connections 1
        Color landmark_color 2
        bool render_landmarks 14 = true
        Color connection_color 3
        double thickness 4 = 1
        bool visualize_landmark_depth 5 = true
        bool utilize_visibility 6 = false
        double visibility_threshold 7 = 0
        bool utilize_presence 8 = false
        double presence_threshold 9 = 0
        double min_depth_circle_thickness 10 = 0
        double max_depth_circle_thickness 11 = 18
        Color min_depth_line_color 12
        Color max_depth_line_color 13
        """,
        ext=258435389,
    ),
    imports=["util/color"],
)

rect_to_render_data_calculator_pb2 = publish_options(
    "calculators/util/rect_to_render_data_calculator",
    message(
        "RectToRenderDataCalculatorOptions",
        """
        bool filled 1
        Color color 2
        double thickness 3 = 1
        bool oval 4 = false
        double top_left_thickness 5
        """,
        ext=262270380,
    ),
    imports=["util/color"],
)

rect_to_render_scale_calculator_pb2 = publish_options(
    "calculators/util/rect_to_render_scale_calculator",
    message(
        "RectToRenderScaleCalculatorOptions",
        "float multiplier 1 = 0.01; bool process_timestamp_bounds 2 = false",
        ext=299463409,
    ),
)

image_transformation_calculator_pb2 = publish_options(
    "calculators/image/image_transformation_calculator",
    message(
        "ImageTransformationCalculatorOptions",
        """
        int32 output_width 1 = 0
        int32 output_height 2 = 0
        RotationMode.Mode rotation_mode 3
        bool flip_vertically 4 = false
        bool flip_horizontally 5 = false
        ScaleMode.Mode scale_mode 6
        bool constant_padding 7 = true
        Color padding_color 8
        InterpolationMode interpolation_mode 9
        """,
        enum("InterpolationMode", "DEFAULT LINEAR NEAREST"),
        message("Color", "int32 red 1 = 0; int32 green 2 = 0; int32 blue 3 = 0"),
        ext=251952830,
    ),
    imports=["calculators/image/rotation_mode", "gpu/scale_mode"],
)

image_cropping_calculator_pb2 = publish_options(
    "calculators/image/image_cropping_calculator",
    message(
        "ImageCroppingCalculatorOptions",
        """
        int32 width 1
        int32 height 2
        float rotation 3 = 0
        float norm_width 4
        float norm_height 5
        float norm_center_x 6 = 0
        float norm_center_y 7 = 0
        BorderMode border_mode 8 = BORDER_ZERO
        int32 output_max_width 9
        int32 output_max_height 10
        """,
        enum("BorderMode", "BORDER_UNSPECIFIED BORDER_ZERO BORDER_REPLICATE"),
        ext=262466399,
    ),
)

opencv_image_encoder_calculator_pb2 = publish_options(
    "calculators/image/opencv_image_encoder_calculator",
    message("OpenCvImageEncoderCalculatorOptions", "int32 quality 1", ext=227563646),
    message(
        "OpenCvImageEncoderCalculatorResults",
        """
        bytes encoded_image 1
        int32 height 2
        int32 width 3
        ColorSpace colorspace 4
        """,
        enum("ColorSpace", "UNKNOWN GRAYSCALE RGB"),
    ),
)

opencv_video_encoder_calculator_pb2 = publish_options(
    "calculators/video/opencv_video_encoder_calculator",
    message(
        "OpenCvVideoEncoderCalculatorOptions",
        """
        string codec 1
        string video_format 2
        double fps 3
        int32 width 4
        int32 height 5
        """,
        ext=207936763,
    ),
)

video_pre_stream_calculator_pb2 = publish_options(
    "calculators/video/video_pre_stream_calculator",
    message(
        "VideoPreStreamCalculatorOptions",
        "Fps fps 1",
        message(
            "Fps",
            "double value 1; Rational32 ratio 2",
            message("Rational32", "int32 numerator 1; int32 denominator 2"),
        ),
        ext=151386123,
    ),
)
