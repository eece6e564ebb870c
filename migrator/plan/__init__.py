"""Plan a module: units, blockers, edits; from facts to findings."""

from migrator.plan.by_hand import is_in_tests, leave_to_hand, made_by_test, refuse_stranger
from migrator.plan.contexts import Use, context_of, is_item_taken, is_kept, is_tested
from migrator.plan.draft import Draft
from migrator.plan.parts import Part, Plan
from migrator.plan.planner import plan_module, plan_program
from migrator.plan.reading import Reading
from migrator.plan.strangers import stranger

__all__ = [
    "Draft",
    "Part",
    "Plan",
    "Reading",
    "Use",
    "context_of",
    "is_in_tests",
    "is_item_taken",
    "is_kept",
    "is_tested",
    "leave_to_hand",
    "made_by_test",
    "plan_module",
    "plan_program",
    "refuse_stranger",
    "stranger",
]
