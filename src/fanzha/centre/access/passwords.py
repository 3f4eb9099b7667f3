"""What a password must be, beside what Django asks."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext


class LongEnough(MinimumLengthValidator):
    """Django's, which has no Chinese words for its English ones."""

    def get_error_message(self) -> str:
        return gettext("This password is too short.")
