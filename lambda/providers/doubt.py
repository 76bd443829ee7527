"""What is known of a payout when an answer is missing, or comes from a repetition."""

from __future__ import annotations

from dataclasses import replace

from payments.ports import ProviderAnswer, Verdict
from providers.transport import NoAnswerError, NotSentError


def without_answer(error: NoAnswerError) -> ProviderAnswer:
    """Tell a request that was never sent from one whose answer is missing."""
    if isinstance(error, NotSentError):
        return ProviderAnswer(Verdict.NOT_ASKED, detail="NOT_REACHED")
    return ProviderAnswer(Verdict.UNKNOWN, detail="NO_ANSWER")


def after_doubt(answer: ProviderAnswer) -> ProviderAnswer:
    """Return what an answer says to somebody whose earlier attempt may have paid.

    A refusal then proves nothing, unless the same request would always have been refused.
    """
    if answer.verdict is Verdict.REFUSED and not answer.refusal_is_about_request:
        return replace(answer, verdict=Verdict.UNKNOWN)
    return answer
