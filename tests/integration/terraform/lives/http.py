"""The data source ``http``."""

from __future__ import annotations

import json

from tests.integration.terraform.life import Aws, Life, Lives
from tests.terraform_folder import TerraformFolder

CONFIGURATION = """
resource "aws_sqs_queue" "outcomes" {
  name = "outcomes"
}

locals {
  # Queues have their address where everything of AWS has it.
  edge = regex("^https?://[^/]+", aws_sqs_queue.outcomes.url)
}

data "http" "faults" {
  url             = "${local.edge}/_localtender/faults"
  request_headers = { Accept = "application/json" }

  lifecycle {
    postcondition {
      condition     = self.status_code == 200
      error_message = "the edge does not answer"
    }
  }
}

data "http" "nothing" {
  method = "HEAD"
  url    = "${local.edge}/_localtender/there-is-no-such-thing"
}
"""


def the_edge_was_asked(terraform: TerraformFolder, _aws: Aws) -> None:
    answer = terraform.values("data.http.faults")
    assert answer["id"] == answer["url"]
    assert "json" in answer["response_headers"]["Content-Type"]
    assert json.loads(answer["response_body"]) == json.loads(answer["body"])
    nothing = terraform.values("data.http.nothing")
    assert (nothing["status_code"], nothing["response_body"]) == (404, "")


LIVES = (
    Lives(
        "what servers say",
        CONFIGURATION,
        lives=(Life("aws_sqs_queue.outcomes"),),
        check=the_edge_was_asked,
    ),
)
