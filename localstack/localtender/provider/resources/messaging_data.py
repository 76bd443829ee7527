"""Amazon SNS and Amazon SQS: looking up topics and queues by name.

Follows the documentation of the data sources ``aws_sns_topic``, ``aws_sqs_queue`` and
``aws_sqs_queues``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.declaration import DataSource
from localtender.provider.errors import OperationError
from localtender.provider.resources.sqs import GONE
from localtender.provider.service_errors import error_code
from localtender.provider.values import Values


class TopicData(DataSource):
    """``aws_sns_topic``; its id is the topic's ARN."""

    type_name = "aws_sns_topic"
    service = "sns"

    def read(self, call: Call, config: Values) -> Values:
        """Find the topic among all of the account's in the region."""
        name, client = config["name"], call.client()
        for page in client.get_paginator("list_topics").paginate():
            for topic in page["Topics"]:
                arn = topic["TopicArn"]
                if arn.rsplit(":", 1)[1] == name:
                    answer = call.optional(client.list_tags_for_resource, ResourceArn=arn) or {}
                    tags = {tag["Key"]: tag["Value"] for tag in answer.get("Tags", [])}
                    return {"id": arn, "arn": arn, "tags": tags}
        raise OperationError(f"there is no SNS topic {name} in {call.region}")


class QueueData(DataSource):
    """``aws_sqs_queue``; its id is the queue's URL."""

    type_name = "aws_sqs_queue"
    service = "sqs"

    def read(self, call: Call, config: Values) -> Values:
        """Ask for the queue's URL and ARN."""
        name, client = config["name"], call.client()
        try:
            url = client.get_queue_url(QueueName=name)["QueueUrl"]
        except Exception as failure:
            if error_code(failure) not in GONE:
                raise
            raise OperationError(f"there is no SQS queue {name} in {call.region}") from failure
        answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        tags = call.optional(client.list_queue_tags, QueueUrl=url) or {}
        return {
            "id": url,
            "url": url,
            "arn": answer["Attributes"]["QueueArn"],
            "tags": tags.get("Tags", {}),
        }


class QueuesData(DataSource):
    """``aws_sqs_queues``; its id is the region."""

    type_name = "aws_sqs_queues"
    service = "sqs"

    def read(self, call: Call, config: Values) -> Values:
        """List the URLs of the queues, all or those whose names begin alike."""
        prefix = config["queue_name_prefix"]
        asked = {"QueueNamePrefix": prefix} if prefix else {}
        pages = (
            call.client()
            .get_paginator("list_queues")
            .paginate(**asked, PaginationConfig={"PageSize": 1000})
        )
        urls = [url for page in pages for url in page.get("QueueUrls", [])]
        return {"id": call.region, "queue_urls": urls}
