"""What all types of this provider have in common: values are drawn once and then kept."""

from __future__ import annotations

from localtender.provider.utility.declared import UtilityResource
from localtender.provider.values import Values


def same_keepers(old: Values, new: Values) -> bool:
    """Tell whether two ``keepers`` are the same: a null value is as good as none."""
    return _without_null(old) == _without_null(new)


class Kept(UtilityResource):
    """A value that is drawn when it is created and again when its ``keepers`` change."""

    equivalent = {"keepers": same_keepers}


def _without_null(keepers: Values) -> Values:
    return {key: value for key, value in keepers.items() if value is not None}
