from __future__ import annotations

import pytest

from localtender.provider.answers import Answer, unreadable
from localtender.provider.errors import UnusableAnswerError


def test_what_an_answer_lacks_is_named_with_the_operation() -> None:
    answer = Answer({"Table": {"Indexes": [{"Name": "a"}]}}, "DescribeTable")
    assert answer["Table"]["Indexes"][0]["Name"] == "a"
    with pytest.raises(UnusableAnswerError, match="DescribeTable answered without QueueUrl"):
        answer["QueueUrl"]
    with pytest.raises(UnusableAnswerError, match=r"DescribeTable answered without Table\.Arn"):
        answer["Table"]["Arn"]
    with pytest.raises(UnusableAnswerError, match=r"without Table\.Indexes\.Arn"):
        answer["Table"]["Indexes"][0]["Arn"]


def test_what_may_be_missing_can_be_asked_for() -> None:
    answer = Answer({}, "ListQueueTags")
    assert answer.get("Tags", {}) == {}
    assert "Tags" not in answer


def test_an_answer_that_is_not_awss_is_shown_in_short() -> None:
    failure = unreadable("CreateTopic", "http://127.0.0.1:4566", ValueError("<html>" + "x" * 9999))
    assert "http://127.0.0.1:4566 answered CreateTopic with something" in str(failure)
    assert len(str(failure)) < 700
