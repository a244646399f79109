"""Ways to change a right answer, by name: most make it wrong, some leave it right, and a few do either, as the item has it."""

from collections.abc import Callable, Mapping
from random import Random

from benchmarks.bfcl import changed_calls, changed_values
from benchmarks.bfcl.render import Answer, Rendering

Corruption = Callable[[Answer, Rendering, Random], Answer | None]
CORRUPTIONS: Mapping[str, Corruption] = {
    function.__name__: function
    for function in (
        changed_calls.unknown_tool,
        changed_calls.swapped_tool,
        changed_calls.missing_required,
        changed_calls.missing_optional,
        changed_calls.unknown_argument,
        changed_calls.empty_arguments,
        changed_calls.exchanged_arguments,
        changed_calls.spelled_default,
        changed_calls.other_right_value,
        changed_calls.dropped_call,
        changed_calls.duplicated_call,
        changed_calls.doubled_for_another,
        changed_calls.extra_call,
        changed_calls.reordered_calls,
        changed_calls.words_alone,
        changed_values.wrong_type,
        changed_values.null_value,
        changed_values.off_by_one,
        changed_values.float_noise,
        changed_values.int_for_float,
        changed_values.float_for_int,
        changed_values.number_as_text,
        changed_values.flipped_boolean,
        changed_values.boolean_as_text,
        changed_values.changed_text,
        changed_values.respelled_text,
        changed_values.padded_text,
        changed_values.list_order,
        changed_values.dropped_element,
        changed_values.added_element,
        changed_values.changed_member,
    )
}
