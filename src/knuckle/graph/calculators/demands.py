"""What a calculator demands of its options: an option that it cannot honour is an error."""

from __future__ import annotations

from typing import Any

GPU_NOTE = "the graph asks for a GPU: its nodes run on the same code as those without one"


def demand(options: Any, *, cure: str = "", **supported: Any) -> None:
    """Raise ValueError if an option has another value than the one that is supported.

    options: the message. supported: option -> its value; for an enum, the name of the value.
    cure: what to do; by default, to set the option to the value.
    """
    for name, value in supported.items():
        found = _value(options, name)
        if found != value:
            raise ValueError(
                f"option {name} is {_text(found)}, but only {_text(value)} is supported: "
                + (cure or f"set it to {_text(value)}")
            )


def _value(options: Any, name: str) -> Any:
    """The value of an option: a list if it is repeated, a name if it is an enum's."""
    field = options.DESCRIPTOR.fields_by_name[name]
    value = getattr(options, name)
    if field.message_type is not None:
        return [] if not (len(value) if _is_list(value) else options.HasField(name)) else "given"
    if field.enum_type is not None:
        return field.enum_type.values_by_number[value].name
    return list(value) if _is_list(value) else value


def _is_list(value: Any) -> bool:
    return hasattr(value, "__len__") and not isinstance(value, (str, bytes))


def _text(value: Any) -> str:
    if value == []:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
