"""The property of tests/collect/test_converging.py over many plans, other ones in each run."""

import random

from hypothesis import given, seed, settings

from tests.collect.test_converging import Plan, converges, plans

SEED = random.SystemRandom().randrange(1 << 32)


@seed(SEED)
@settings(max_examples=40, derandomize=False)
@given(plans)
def test_any_runs_in_any_order_with_any_faults_converge(plan: Plan) -> None:
    """Parts of the range, single venues, any order, any faults: two quiet nights later all is as after one go."""
    converges(plan)
