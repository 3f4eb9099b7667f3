"""What the tests' shared modules assert is told in full when it fails, as in a file of tests."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.centre.reported_cases")
