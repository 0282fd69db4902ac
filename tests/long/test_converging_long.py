"""The property of tests/collect/test_converging.py over many plans; ORACLE_TEST_SEED names other ones than usual."""

import os

from hypothesis import given, seed, settings

from tests.collect.test_converging import Plan, converges, plans


# The same plans in every run: a gate that fails by chance is none. Another seed explores.
@seed(int(os.environ.get("ORACLE_TEST_SEED", "20261124")))
@settings(max_examples=24, derandomize=False, database=None)
@given(plans)
def test_any_runs_in_any_order_with_any_faults_converge(plan: Plan) -> None:
    """Parts of the range, single venues, any order, any faults: two quiet nights later all is as after one go."""
    converges(plan)
