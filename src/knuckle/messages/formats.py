"""Messages that packets carry, and that options and pictures are made of.

Source of names and numbers: mediapipe/framework/formats/*.proto, mediapipe/util/*.proto
"""

from __future__ import annotations

from .tables import enum, message, publish

rasterization_pb2 = publish(
    "framework/formats/annotation/rasterization",
    message(
        "Rasterization",
        "repeated Interval interval 1",
        message(
            "Interval", "required int32 y 1; required int32 left_x 2; required int32 right_x 3"
        ),
    ),
)

classification_pb2 = publish(
    "framework/formats/classification",
    message(
        "Classification", "int32 index 1; float score 2; string label 3; string display_name 4"
    ),
    message("ClassificationList", "repeated Classification classification 1"),
    message("ClassificationListCollection", "repeated ClassificationList classification_list 1"),
)

landmark_pb2 = publish(
    "framework/formats/landmark",
    message(
        "Landmark",
        """
        float x 1
        float y 2
        float z 3
        float visibility 4
        float presence 5
        """,
    ),
    message("LandmarkList", "repeated Landmark landmark 1"),
    message("LandmarkListCollection", "repeated LandmarkList landmark_list 1"),
    message(
        "NormalizedLandmark",
        """
        float x 1
        float y 2
        float z 3
        float visibility 4
        float presence 5
        """,
    ),
    message("NormalizedLandmarkList", "repeated NormalizedLandmark landmark 1"),
    message("NormalizedLandmarkListCollection", "repeated NormalizedLandmarkList landmark_list 1"),
)

location_data_pb2 = publish(
    "framework/formats/location_data",
    message(
        "LocationData",
        """
        Format format 1
        BoundingBox bounding_box 2
        RelativeBoundingBox relative_bounding_box 3
        BinaryMask mask 4
        repeated RelativeKeypoint relative_keypoints 5
        """,
        enum("Format", "GLOBAL BOUNDING_BOX RELATIVE_BOUNDING_BOX MASK"),
        message("BoundingBox", "int32 xmin 1; int32 ymin 2; int32 width 3; int32 height 4"),
        message("RelativeBoundingBox", "float xmin 1; float ymin 2; float width 3; float height 4"),
        message("BinaryMask", "int32 width 1; int32 height 2; Rasterization rasterization 3"),
        message("RelativeKeypoint", "float x 1; float y 2; string keypoint_label 3; float score 4"),
    ),
    imports=["framework/formats/annotation/rasterization"],
)

detection_pb2 = publish(
    "framework/formats/detection",
    message(
        "Detection",
        """
        repeated string label 1
        repeated int32 label_id 2 packed
        repeated float score 3 packed
        LocationData location_data 4
        string feature_tag 5
        string track_id 6
        int64 detection_id 7
        repeated AssociatedDetection associated_detections 8
        repeated string display_name 9
        int64 timestamp_usec 10
        """,
        message("AssociatedDetection", "int32 id 1; float confidence 2"),
    ),
    message("DetectionList", "repeated Detection detection 1"),
    imports=["framework/formats/location_data"],
)

rect_pb2 = publish(
    "framework/formats/rect",
    message(
        "Rect",
        """
        required int32 x_center 1
        required int32 y_center 2
        required int32 height 3
        required int32 width 4
        float rotation 5 = 0
        int64 rect_id 6
        """,
    ),
    message(
        "NormalizedRect",
        """
        required float x_center 1
        required float y_center 2
        required float height 3
        required float width 4
        float rotation 5 = 0
        int64 rect_id 6
        """,
    ),
)

matrix_data_pb2 = publish(
    "framework/formats/matrix_data",
    message(
        "MatrixData",
        """
        int32 rows 1
        int32 cols 2
        repeated float packed_data 3 packed
        Layout layout 4 = COLUMN_MAJOR
        """,
        enum("Layout", "COLUMN_MAJOR ROW_MAJOR"),
    ),
)

time_series_header_pb2 = publish(
    "framework/formats/time_series_header",
    message(
        "TimeSeriesHeader",
        """
        double sample_rate 1
        int32 num_channels 2
        int32 num_samples 3
        double packet_rate 4
        double audio_sample_rate 5
        """,
        is_extensible=True,
    ),
    message(
        "MultiStreamTimeSeriesHeader", "TimeSeriesHeader time_series_header 1; int32 num_streams 2"
    ),
)

anchor_pb2 = publish(
    "framework/formats/object_detection/anchor",
    message(
        "Anchor",
        """
        required float x_center 1
        required float y_center 2
        required float h 3
        required float w 4
        """,
    ),
)

color_pb2 = publish(
    "util/color",
    message("Color", "int32 r 1; int32 g 2; int32 b 3"),
    message("ColorMap", "map<string,Color> label_to_color 1"),
)

render_data_pb2 = publish(
    "util/render_data",
    message(
        "RenderData",
        """
        repeated RenderAnnotation render_annotations 1
        string scene_class 2
        RenderViewport scene_viewport 3
        """,
    ),
    message(
        "RenderAnnotation",
        """
        Rectangle rectangle 1 of data
        FilledRectangle filled_rectangle 2 of data
        Oval oval 3 of data
        FilledOval filled_oval 4 of data
        Point point 5 of data
        Line line 6 of data
        Arrow arrow 7 of data
        Text text 8 of data
        RoundedRectangle rounded_rectangle 9 of data
        FilledRoundedRectangle filled_rounded_rectangle 10 of data
        GradientLine gradient_line 14 of data
        Scribble scribble 15 of data
        double thickness 11 = 1
        Color color 12
        string scene_tag 13
        """,
        message(
            "Rectangle",
            """
            double left 1
            double top 2
            double right 3
            double bottom 4
            bool normalized 5 = false
            double rotation 6
            double top_left_thickness 7
            """,
        ),
        message("FilledRectangle", "Rectangle rectangle 1; Color fill_color 2"),
        message(
            "RoundedRectangle",
            """
            Rectangle rectangle 1
            int32 corner_radius 2 = 0
            int32 line_type 3 = 4
            """,
        ),
        message(
            "FilledRoundedRectangle", "RoundedRectangle rounded_rectangle 1; Color fill_color 2"
        ),
        message("Oval", "Rectangle rectangle 1"),
        message("FilledOval", "Oval oval 1; Color fill_color 2"),
        message("Point", "double x 1; double y 2; bool normalized 3 = false"),
        message(
            "Line",
            """
            double x_start 1
            double y_start 2
            double x_end 3
            double y_end 4
            bool normalized 5 = false
            LineType line_type 6 = SOLID
            """,
            enum("LineType", "UNKNOWN SOLID DASHED"),
        ),
        message(
            "GradientLine",
            """
            double x_start 1
            double y_start 2
            double x_end 3
            double y_end 4
            bool normalized 5 = false
            Color color1 6
            Color color2 7
            """,
        ),
        message("Scribble", "repeated Point point 1"),
        message(
            "Arrow",
            """
            double x_start 1
            double y_start 2
            double x_end 3
            double y_end 4
            bool normalized 5 = false
            """,
        ),
        message(
            "Text",
            """
            string display_text 1
            double left 2
            double baseline 3
            double font_height 4 = 8
            bool normalized 5 = false
            int32 font_face 6 = 0
            bool center_horizontally 7 = false
            bool center_vertically 8 = false
            double outline_thickness 11 = 0
            Color outline_color 12
            """,
        ),
    ),
    message(
        "RenderViewport",
        """
        string id 1
        int32 width_px 2
        int32 height_px 3
        bool compose_on_video 4
        """,
    ),
    imports=["util/color"],
)

label_map_pb2 = publish(
    "util/label_map",
    message("LabelMapItem", "string name 1; string display_name 2; repeated string child_name 3"),
)

gpu_origin_pb2 = publish(
    "gpu/gpu_origin",
    message(
        "GpuOrigin",
        "",
        enum("Mode", "DEFAULT CONVENTIONAL TOP_LEFT"),
    ),
    syntax="proto3",
)

scale_mode_pb2 = publish(
    "gpu/scale_mode",
    message(
        "ScaleMode",
        "",
        enum("Mode", "DEFAULT STRETCH FIT FILL_AND_CROP"),
    ),
)

rotation_mode_pb2 = publish(
    "calculators/image/rotation_mode",
    message(
        "RotationMode",
        "",
        enum("Mode", "UNKNOWN ROTATION_0 ROTATION_90 ROTATION_180 ROTATION_270"),
    ),
)
