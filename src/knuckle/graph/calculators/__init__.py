"""The table of calculators: one row each."""

from __future__ import annotations

from ..calculator import Calculator
from . import flow, loops, vectors

CALCULATORS: dict[str, type[Calculator]] = {
    "FlowLimiterCalculator": flow.FlowLimiterCalculator,
    "GateCalculator": flow.GateCalculator,
    "LogicCalculator": flow.LogicCalculator,
    "MergeCalculator": flow.MergeCalculator,
    "PacketPresenceCalculator": flow.PacketPresenceCalculator,
    "PassThroughCalculator": flow.PassThroughCalculator,
    "PreviousLoopbackCalculator": flow.PreviousLoopbackCalculator,
    "RealTimeFlowLimiterCalculator": flow.FlowLimiterCalculator,
    "SwitchDemuxCalculator": flow.SwitchDemuxCalculator,
    "SwitchMuxCalculator": flow.SwitchMuxCalculator,
    **loops.LOOPS,
    **vectors.VECTORS,
}
