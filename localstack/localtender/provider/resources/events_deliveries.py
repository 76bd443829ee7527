"""Where EventBridge and EventBridge Scheduler deliver to, here."""

from __future__ import annotations

from typing import Final

from localtender.provider.call import Call

# What ministack 1.5.33 carries an event to: its `services/eventbridge.py`, for schedules as well.
_DELIVERED_TO: Final = ("events", "lambda", "sns", "sqs", "states")


def warn_of_silence(call: Call, what: str, arn: str) -> None:
    """Say of a target that will never be reached here that it will not.

    Parameters
    ----------
    what
        What the target is of: ``a rule``, ``a schedule``.
    """
    service = arn.split(":")[2]
    if service in _DELIVERED_TO:
        return
    call.warn(
        f"{what}'s events are not delivered to {service} here",
        f"The target {arn} and its parameters are kept and answered. Events are delivered to "
        "event buses, API destinations, Lambda functions, SNS topics, SQS queues and Step "
        "Functions.",
    )
