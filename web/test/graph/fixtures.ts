/** Graphs to draw, written by hand from the tables of what MediaPipe Hands is made of. */

import type { Drawing, Graph, GraphNode, Port, Trace } from '../../graph/model';

const TYPES: Readonly<Record<string, string>> = {
  image: 'IMAGE',
  hand_rects: 'RECTS',
  hand_rect: 'RECT',
  palm_detections: 'DETECTIONS',
  num_hands: 'INT',
  model_complexity: 'INT',
  use_prev_landmarks: 'BOOL',
  score: 'FLOAT',
  flag: 'BOOL',
  size: 'SIZE',
  tensors: 'TENSORS',
  handedness: 'CLASSIFICATIONS',
  multi_handedness: 'CLASSIFICATIONS_VECTOR',
  timestamp: 'TIMESTAMP',
  padding: 'LETTERBOX',
  multi_hand_landmarks: 'LANDMARKS_VECTOR',
  multi_hand_world_landmarks: 'WORLD_LANDMARKS_VECTOR',
  world_landmarks: 'WORLD_LANDMARKS',
  landmarks: 'LANDMARKS',
  model: 'MODEL',
  op_resolver: 'RESOLVER',
  anchors: 'ANCHORS',
  input_video: 'IMAGE',
  output_video: 'IMAGE',
};

function typeOf(stream: string): string {
  const found = Object.keys(TYPES).filter((end) => stream.endsWith(end));
  return TYPES[found.sort((a, b) => b.length - a.length)[0]] ?? '';
}

/** @param text names as graph files have them: `stream`, `TAG:stream` or `TAG:1:stream`. */
function ports(text = '', back = ''): Port[] {
  return text
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => {
      const parts = word.split(':');
      const stream = parts.at(-1) ?? '';
      const [tag, index] =
        parts.length === 1 ? ['', '0'] : [parts[0], parts.length === 3 ? parts[1] : '0'];
      return {
        tag,
        index: Number(index),
        stream,
        type: typeOf(stream),
        backEdge: tag !== '' && tag === back,
      };
    })
    .map((port, index) => (port.tag === '' ? { ...port, index } : port));
}

interface Words {
  inputs?: string;
  outputs?: string;
  side?: string;
  sideOut?: string;
  back?: string;
  options?: string;
  about?: string;
  graph?: (prefix: string) => Graph;
  isUnknown?: boolean;
}

let line = 0;

export function node(prefix: string, calculator: string, words: Words): GraphNode {
  line += 9;
  const id = `${prefix}${calculator}`;
  return {
    id,
    name: calculator,
    calculator,
    inputs: ports(words.inputs, words.back),
    outputs: ports(words.outputs),
    sideInputs: ports(words.side),
    sideOutputs: ports(words.sideOut),
    options:
      words.options === undefined
        ? []
        : [{ type: `mediapipe.${calculator}Options`, text: words.options }],
    about: words.about ?? '',
    file: `${prefix || 'hand_landmark_tracking_cpu'}.pbtxt`,
    line,
    graph: words.graph?.(`${prefix}${calculator.toLowerCase()}__`) ?? null,
    isUnknown: words.isUnknown ?? false,
  };
}

export function graph(type: string, outside: Omit<Words, 'graph'>, nodes: GraphNode[]): Graph {
  const seen = new Map<string, number>();
  // Like the expansion, the second node of a name gets a number.
  const named = nodes.map((one) => {
    const count = (seen.get(one.id) ?? 0) + 1;
    seen.set(one.id, count);
    return count === 1 ? one : { ...one, id: `${one.id}_${count}`, name: `${one.name}_${count}` };
  });
  return {
    type,
    inputs: ports(outside.inputs),
    outputs: ports(outside.outputs),
    sideInputs: ports(outside.side),
    sideOutputs: ports(outside.sideOut),
    nodes: named,
  };
}

function modelLoader(name: string) {
  return (prefix: string): Graph =>
    graph(name, { side: 'MODEL_COMPLEXITY:model_complexity', sideOut: 'MODEL:model' }, [
      node(prefix, 'SwitchContainer', {
        side: 'SELECT:model_complexity',
        sideOut: 'PACKET:model_path',
        options: 'select: 1\ncontained_node { calculator: "ConstantSidePacketCalculator" }',
        about: 'One of several nodes, chosen by a side packet.',
      }),
      node(prefix, 'LocalFileContentsCalculator', {
        side: 'FILE_PATH:model_path',
        sideOut: 'CONTENTS:model_blob',
        options: 'text_mode: false',
      }),
      node(prefix, 'TfLiteModelCalculator', {
        side: 'MODEL_BLOB:model_blob',
        sideOut: 'MODEL:model',
      }),
    ]);
}

function palmDetection(prefix: string): Graph {
  return graph(
    'PalmDetectionCpu',
    {
      inputs: 'IMAGE:image',
      outputs: 'DETECTIONS:palm_detections',
      side: 'MODEL_COMPLEXITY:model_complexity',
    },
    [
      node(prefix, 'ImageToTensorCalculator', {
        inputs: 'IMAGE:image',
        outputs: 'TENSORS:input_tensors LETTERBOX_PADDING:letterbox_padding',
        options:
          'output_tensor_width: 192\noutput_tensor_height: 192\nkeep_aspect_ratio: true\noutput_tensor_float_range { min: 0 max: 1 }\nborder_mode: BORDER_ZERO',
        about: 'A crop of the picture as the tensor that a network reads.',
      }),
      node(prefix, 'TfLiteCustomOpResolverCalculator', { sideOut: 'OP_RESOLVER:op_resolver' }),
      node(prefix, 'PalmDetectionModelLoader', {
        side: 'MODEL_COMPLEXITY:model_complexity',
        sideOut: 'MODEL:model',
        graph: modelLoader('PalmDetectionModelLoader'),
      }),
      node(prefix, 'InferenceCalculator', {
        inputs: 'TENSORS:input_tensors',
        outputs: 'TENSORS:detection_tensors',
        side: 'CUSTOM_OP_RESOLVER:op_resolver MODEL:model',
        options: 'delegate { xnnpack {} }',
        about: 'Runs a network.',
      }),
      node(prefix, 'SsdAnchorsCalculator', {
        sideOut: 'anchors',
        options: 'num_layers: 4\nmin_scale: 0.1484375',
      }),
      node(prefix, 'TensorsToDetectionsCalculator', {
        inputs: 'TENSORS:detection_tensors',
        outputs: 'DETECTIONS:unfiltered_palm_detections',
        side: 'ANCHORS:anchors',
        options: 'num_classes: 1\nnum_boxes: 2016\nnum_coords: 18\nmin_score_thresh: 0.5',
        about: 'Boxes and scores from the raw outputs of a detection network.',
      }),
      node(prefix, 'NonMaxSuppressionCalculator', {
        inputs: 'unfiltered_palm_detections',
        outputs: 'filtered_palm_detections',
        options:
          'min_suppression_threshold: 0.3\noverlap_type: INTERSECTION_OVER_UNION\nalgorithm: WEIGHTED',
      }),
      node(prefix, 'DetectionLetterboxRemovalCalculator', {
        inputs: 'DETECTIONS:filtered_palm_detections LETTERBOX_PADDING:letterbox_padding',
        outputs: 'DETECTIONS:palm_detections',
      }),
    ],
  );
}

function handLandmark(prefix: string): Graph {
  const gate = (stream: string) =>
    node(prefix, 'GateCalculator', {
      inputs: `${stream} ALLOW:hand_presence_flag`,
      outputs: `ensured_${stream}`,
      about: 'Lets packets pass while it is allowed.',
    });
  return graph(
    'HandLandmarkCpu',
    {
      inputs: 'IMAGE:image ROI:hand_rect',
      outputs:
        'LANDMARKS:hand_landmarks WORLD_LANDMARKS:hand_world_landmarks HANDEDNESS:handedness',
      side: 'MODEL_COMPLEXITY:model_complexity',
    },
    [
      node(prefix, 'ImageToTensorCalculator', {
        inputs: 'IMAGE:image NORM_RECT:hand_rect',
        outputs: 'TENSORS:input_tensors LETTERBOX_PADDING:letterbox_padding',
        options: 'output_tensor_width: 224\noutput_tensor_height: 224\nkeep_aspect_ratio: true',
        about: 'A crop of the picture as the tensor that a network reads.',
      }),
      node(prefix, 'HandLandmarkModelLoader', {
        side: 'MODEL_COMPLEXITY:model_complexity',
        sideOut: 'MODEL:model',
        graph: modelLoader('HandLandmarkModelLoader'),
      }),
      node(prefix, 'InferenceCalculator', {
        inputs: 'TENSORS:input_tensors',
        outputs: 'TENSORS:output_tensors',
        side: 'MODEL:model',
        options: 'delegate { xnnpack {} }',
        about: 'Runs a network.',
      }),
      node(prefix, 'SplitTensorVectorCalculator', {
        inputs: 'output_tensors',
        outputs: 'landmark_tensors hand_flag_tensors handedness_tensors world_landmark_tensors',
        options:
          'ranges { begin: 0 end: 1 }\nranges { begin: 1 end: 2 }\nranges { begin: 2 end: 3 }\nranges { begin: 3 end: 4 }',
      }),
      node(prefix, 'TensorsToFloatsCalculator', {
        inputs: 'TENSORS:hand_flag_tensors',
        outputs: 'FLOAT:hand_presence_score',
      }),
      node(prefix, 'ThresholdingCalculator', {
        inputs: 'FLOAT:hand_presence_score',
        outputs: 'FLAG:hand_presence_flag',
        options: 'threshold: 0.5',
      }),
      gate('handedness_tensors'),
      node(prefix, 'TensorsToClassificationCalculator', {
        inputs: 'TENSORS:ensured_handedness_tensors',
        outputs: 'CLASSIFICATIONS:handedness',
        options: 'top_k: 1\nbinary_classification: true',
      }),
      gate('landmark_tensors'),
      node(prefix, 'TensorsToLandmarksCalculator', {
        inputs: 'TENSORS:ensured_landmark_tensors',
        outputs: 'NORM_LANDMARKS:letterboxed_landmarks',
        options:
          'num_landmarks: 21\ninput_image_width: 224\ninput_image_height: 224\nnormalize_z: 0.4',
      }),
      node(prefix, 'LandmarkLetterboxRemovalCalculator', {
        inputs: 'LANDMARKS:letterboxed_landmarks LETTERBOX_PADDING:letterbox_padding',
        outputs: 'LANDMARKS:scaled_landmarks',
      }),
      node(prefix, 'LandmarkProjectionCalculator', {
        inputs: 'NORM_LANDMARKS:scaled_landmarks NORM_RECT:hand_rect',
        outputs: 'NORM_LANDMARKS:hand_landmarks',
      }),
      gate('world_landmark_tensors'),
      node(prefix, 'TensorsToLandmarksCalculator', {
        inputs: 'TENSORS:ensured_world_landmark_tensors',
        outputs: 'LANDMARKS:unprojected_world_landmarks',
      }),
      node(prefix, 'WorldLandmarkProjectionCalculator', {
        inputs: 'LANDMARKS:unprojected_world_landmarks NORM_RECT:hand_rect',
        outputs: 'LANDMARKS:hand_world_landmarks',
      }),
    ],
  );
}

function palmToRoi(prefix: string): Graph {
  return graph(
    'PalmDetectionDetectionToRoi',
    { inputs: 'DETECTION:palm_detection IMAGE_SIZE:image_size', outputs: 'ROI:hand_rect' },
    [
      node(prefix, 'DetectionsToRectsCalculator', {
        inputs: 'DETECTION:palm_detection IMAGE_SIZE:image_size',
        outputs: 'NORM_RECT:palm_rect',
        options:
          'rotation_vector_start_keypoint_index: 0\nrotation_vector_end_keypoint_index: 2\nrotation_vector_target_angle_degrees: 90',
      }),
      node(prefix, 'RectTransformationCalculator', {
        inputs: 'NORM_RECT:palm_rect IMAGE_SIZE:image_size',
        outputs: 'hand_rect',
        options: 'scale_x: 2.6\nscale_y: 2.6\nshift_y: -0.5\nsquare_long: true',
      }),
    ],
  );
}

function landmarksToRoi(prefix: string): Graph {
  return graph(
    'HandLandmarkLandmarksToRoi',
    { inputs: 'LANDMARKS:landmarks IMAGE_SIZE:image_size', outputs: 'ROI:roi' },
    [
      node(prefix, 'HandLandmarksToRectCalculator', {
        inputs: 'NORM_LANDMARKS:landmarks IMAGE_SIZE:image_size',
        outputs: 'NORM_RECT:landmarks_rect',
      }),
      node(prefix, 'RectTransformationCalculator', {
        inputs: 'NORM_RECT:landmarks_rect IMAGE_SIZE:image_size',
        outputs: 'roi',
        options: 'scale_x: 2\nscale_y: 2\nshift_y: -0.1\nsquare_long: true',
      }),
    ],
  );
}

const end = (
  prefix: string,
  kind: string,
  item: string,
  whole: string,
  batch = 'hand_rects_timestamp',
) =>
  node(prefix, `EndLoop${kind}Calculator`, {
    inputs: `ITEM:${item} BATCH_END:${batch}`,
    outputs: `ITERABLE:${whole}`,
    about: 'Collects the items of a loop into one packet.',
  });

export function tracking(prefix = ''): Graph {
  return graph(
    'HandLandmarkTrackingCpu',
    {
      inputs: 'IMAGE:image',
      side: 'NUM_HANDS:num_hands MODEL_COMPLEXITY:model_complexity USE_PREV_LANDMARKS:use_prev_landmarks',
      outputs:
        'LANDMARKS:multi_hand_landmarks WORLD_LANDMARKS:multi_hand_world_landmarks HANDEDNESS:multi_handedness PALM_DETECTIONS:palm_detections HAND_ROIS_FROM_LANDMARKS:hand_rects_from_landmarks HAND_ROIS_FROM_PALM_DETECTIONS:hand_rects_from_palm_detections',
    },
    [
      node(prefix, 'GateCalculator', {
        inputs: 'prev_hand_rects_from_landmarks',
        side: 'ALLOW:use_prev_landmarks',
        outputs: 'gated_prev_hand_rects_from_landmarks',
        options: 'allow: true',
        about: 'Lets packets pass while it is allowed.',
      }),
      node(prefix, 'NormalizedRectVectorHasMinSizeCalculator', {
        inputs: 'ITERABLE:gated_prev_hand_rects_from_landmarks',
        side: 'num_hands',
        outputs: 'prev_has_enough_hands_flag',
        about: 'Whether a collection holds at least so many items.',
      }),
      node(prefix, 'GateCalculator', {
        inputs: 'image DISALLOW:prev_has_enough_hands_flag',
        outputs: 'palm_detection_image',
        options: 'empty_packets_as_allow: true',
        about: 'Lets packets pass while it is allowed.',
      }),
      node(prefix, 'PalmDetectionCpu', {
        inputs: 'IMAGE:palm_detection_image',
        side: 'MODEL_COMPLEXITY:model_complexity',
        outputs: 'DETECTIONS:all_palm_detections',
        graph: palmDetection,
        about: 'Finds palms in a picture.',
      }),
      node(prefix, 'ClipDetectionVectorSizeCalculator', {
        inputs: 'all_palm_detections',
        side: 'num_hands',
        outputs: 'palm_detections',
        about: 'The first items of a collection.',
      }),
      node(prefix, 'ImagePropertiesCalculator', {
        inputs: 'IMAGE:palm_detection_image',
        outputs: 'SIZE:palm_detection_image_size',
      }),
      node(prefix, 'BeginLoopDetectionCalculator', {
        inputs: 'ITERABLE:palm_detections CLONE:palm_detection_image_size',
        outputs:
          'ITEM:palm_detection CLONE:image_size_for_palms BATCH_END:palm_detections_timestamp',
        about: 'Sends the items of a collection one by one.',
      }),
      node(prefix, 'PalmDetectionDetectionToRoi', {
        inputs: 'DETECTION:palm_detection IMAGE_SIZE:image_size_for_palms',
        outputs: 'ROI:hand_rect_from_palm_detection',
        graph: palmToRoi,
      }),
      end(
        prefix,
        'NormalizedRect',
        'hand_rect_from_palm_detection',
        'hand_rects_from_palm_detections',
        'palm_detections_timestamp',
      ),
      node(prefix, 'AssociationNormRectCalculator', {
        inputs: 'hand_rects_from_palm_detections gated_prev_hand_rects_from_landmarks',
        outputs: 'hand_rects',
        options: 'min_similarity_threshold: 0.5',
        about: 'Joins lists of rectangles; of two that overlap, the later stays.',
      }),
      node(prefix, 'ImagePropertiesCalculator', {
        inputs: 'IMAGE_CPU:image',
        outputs: 'SIZE:image_size',
      }),
      node(prefix, 'BeginLoopNormalizedRectCalculator', {
        inputs: 'ITERABLE:hand_rects CLONE:0:image CLONE:1:image_size',
        outputs:
          'ITEM:single_hand_rect CLONE:0:image_for_landmarks CLONE:1:image_size_for_landmarks BATCH_END:hand_rects_timestamp',
        about: 'Sends the items of a collection one by one.',
      }),
      node(prefix, 'HandLandmarkCpu', {
        inputs: 'IMAGE:image_for_landmarks ROI:single_hand_rect',
        side: 'MODEL_COMPLEXITY:model_complexity',
        outputs:
          'LANDMARKS:single_hand_landmarks WORLD_LANDMARKS:single_hand_world_landmarks HANDEDNESS:single_handedness',
        graph: handLandmark,
        about: 'Finds 21 landmarks of the hand in a region.',
      }),
      end(prefix, 'ClassificationList', 'single_handedness', 'multi_handedness'),
      node(prefix, 'HandLandmarkLandmarksToRoi', {
        inputs: 'IMAGE_SIZE:image_size_for_landmarks LANDMARKS:single_hand_landmarks',
        outputs: 'ROI:single_hand_rect_from_landmarks',
        graph: landmarksToRoi,
      }),
      end(prefix, 'NormalizedLandmarkListVector', 'single_hand_landmarks', 'multi_hand_landmarks'),
      end(
        prefix,
        'LandmarkListVector',
        'single_hand_world_landmarks',
        'multi_hand_world_landmarks',
      ),
      end(prefix, 'NormalizedRect', 'single_hand_rect_from_landmarks', 'hand_rects_from_landmarks'),
      node(prefix, 'PreviousLoopbackCalculator', {
        inputs: 'MAIN:image LOOP:hand_rects_from_landmarks',
        back: 'LOOP',
        outputs: 'PREV_LOOP:prev_hand_rects_from_landmarks',
        about: 'What a later node found in the frame before this one.',
      }),
    ],
  );
}

export const TRACKING: Drawing = {
  title: 'hand_landmark_tracking',
  file: 'hand_landmark_tracking_cpu.pbtxt',
  graph: tracking(),
  problems: [],
  trace: null,
};

export const DESKTOP: Drawing = {
  title: 'hand_tracking_desktop_live',
  file: 'hand_tracking_desktop_live.pbtxt',
  graph: graph('', { inputs: 'input_video', outputs: 'output_video' }, [
    node('', 'ConstantSidePacketCalculator', {
      sideOut: 'PACKET:num_hands',
      options: 'packet { int_value: 2 }',
    }),
    node('', 'HandLandmarkTrackingCpu', {
      inputs: 'IMAGE:input_video',
      side: 'NUM_HANDS:num_hands',
      outputs:
        'LANDMARKS:multi_hand_landmarks HANDEDNESS:multi_handedness PALM_DETECTIONS:multi_palm_detections HAND_ROIS_FROM_LANDMARKS:multi_hand_rects HAND_ROIS_FROM_PALM_DETECTIONS:multi_palm_rects',
      graph: (prefix) => tracking(prefix),
    }),
    node('', 'HandRendererSubgraph', {
      inputs:
        'IMAGE:input_video DETECTIONS:multi_palm_detections LANDMARKS:multi_hand_landmarks HANDEDNESS:multi_handedness NORM_RECTS:0:multi_palm_rects NORM_RECTS:1:multi_hand_rects',
      outputs: 'IMAGE:output_video',
    }),
  ]),
  problems: [],
  trace: null,
};

/** Small, with all that can be wrong: an unknown calculator, a stream that nobody makes. */
export const BROKEN: Drawing = {
  title: 'broken',
  file: 'broken.pbtxt',
  graph: graph('', { inputs: 'input_video', outputs: 'output_video' }, [
    node('', 'FlowLimiterCalculator', {
      inputs: 'input_video FINISHED:output_video',
      back: 'FINISHED',
      outputs: 'throttled_input_video',
    }),
    node('', 'MirrorCalculater', {
      inputs: 'IMAGE:throttled_input_video',
      outputs: 'IMAGE:mirrored_video',
      isUnknown: true,
    }),
    node('', 'AnnotationOverlayCalculator', {
      inputs: 'IMAGE:mirrored_video render_data',
      outputs: 'IMAGE:output_video',
    }),
  ]),
  problems: [
    {
      file: 'broken.pbtxt',
      line: 12,
      node: 'MirrorCalculater',
      text: 'there is no calculator "MirrorCalculater": add it with calculators={...}',
    },
    {
      file: 'broken.pbtxt',
      line: 21,
      node: 'AnnotationOverlayCalculator',
      text: 'nothing makes the stream "render_data": connect it to an output, or remove it',
    },
  ],
  trace: null,
};

/** A made-up run over a graph: inference takes most of the time. */
export function traced(drawing: Drawing): Drawing {
  const nodes: Record<string, Trace['nodes'][string]> = {};
  const streams: Record<string, Trace['streams'][string]> = {};
  const visit = (inner: Graph | null, prefix: string): number => {
    let sum = 0;
    for (const one of inner?.nodes ?? []) {
      const inside = visit(one.graph, `${one.id}__`.toLowerCase());
      const own = one.calculator === 'InferenceCalculator' ? 1480 : 9 + ((one.id.length * 37) % 60);
      const total = one.graph === null ? own : inside;
      // A run measures nodes that work, not subgraphs.
      if (one.graph === null) {
        nodes[one.id] = { calls: 240, total, mean: total / 240, longest: (total / 240) * 2.4 };
      }
      for (const { stream } of one.outputs) {
        const drops = one.calculator === 'GateCalculator' ? 212 : 0;
        streams[`${prefix}${stream}`] = { packets: 240 - drops, drops };
      }
      sum += total;
    }
    return sum;
  };
  const duration = visit(drawing.graph, '');
  return { ...drawing, trace: { duration, nodes, streams } };
}
