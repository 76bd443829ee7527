"""Which layers a function asks for, checked as AWS checks them.

Messages as recorded from AWS in LocalStack's ``test_lambda_api.snapshot.json``
(TestLambdaLayer::test_layer_function_exceptions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localtender.edge.functions import errors
from localtender.edge.functions.configuration import AttachedLayer
from localtender.edge.functions.control.layer_permissions import check_may_use
from localtender.edge.functions.layer import parse_layer_arn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localtender.edge.functions.layer import LayerReference, LayerRegistry
    from localtender.edge.protocol.messages import Caller

_MAXIMUM_LAYERS = 5


def attached_layers(
    layers: LayerRegistry, caller: Caller, arns: Sequence[str]
) -> tuple[AttachedLayer, ...]:
    """The layers by their ARNs, in order. Raises ServiceError for one that can't be had."""
    if len(arns) > _MAXIMUM_LAYERS:
        raise errors.invalid_parameter(f"Cannot reference more than {_MAXIMUM_LAYERS} layers.")
    attached: dict[str, AttachedLayer] = {}
    for arn in arns:
        reference = parse_layer_arn(arn)
        if reference is None or reference.version is None:
            raise errors.invalid_parameter(f"Localtender does not have AWS's own layer {arn}.")
        layer = _attached(layers, caller, reference)
        other = attached.get(reference.layer_arn)
        if other is not None:
            raise errors.invalid_parameter(
                "Two different versions of the same layer are not allowed to be referenced in the "
                f"same function. {other.arn} and {arn} are versions of the same layer."
            )
        attached[reference.layer_arn] = layer
    return tuple(attached.values())


def _attached(layers: LayerRegistry, caller: Caller, reference: LayerReference) -> AttachedLayer:
    if reference.region != caller.region:
        raise errors.invalid_parameter(
            "Layers are not in the same region as the function. "
            f"Layers are expected to be in region {caller.region}."
        )
    check_may_use(layers, caller, reference)
    version = layers.version(reference)
    if version is None:
        raise errors.invalid_parameter(f"Layer version {reference.arn} does not exist.")
    return AttachedLayer(reference.arn, version.code)
