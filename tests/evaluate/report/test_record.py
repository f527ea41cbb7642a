from __future__ import annotations

import json

from knuckle.evaluate.report.record import record
from tests.evaluate.evaluations import one_contestant, two_contestants


def test_a_whole_evaluation_goes_to_json_and_back() -> None:
    """NaN and infinity are null, arrays lists, paths text; for one contestant and for two."""
    plain = [record(one_contestant()), record(two_contestants())]

    assert plain == json.loads(json.dumps(plain, allow_nan=False))
