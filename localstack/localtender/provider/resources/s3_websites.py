"""Amazon S3: a bucket as a website.

Arguments, conflicts and ids follow the documentation of ``aws_s3_bucket_website_configuration``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from localtender.provider.blocks import Fields, Structure, known_blocks, request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import one_of
from localtender.provider.declaration import Plan
from localtender.provider.documents import is_json, same_json
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.resources.s3_bucket_settings import OwnedBucketSetting
from localtender.provider.resources.s3_names import website_names
from localtender.provider.values import Values, is_given

_ROUTING_RULE: Final = Structure(
    "RoutingRules",
    {
        "condition": Structure(
            "Condition",
            {
                "http_error_code_returned_equals": "HttpErrorCodeReturnedEquals",
                "key_prefix_equals": "KeyPrefixEquals",
            },
        ),
        "redirect": Structure(
            "Redirect",
            {
                "host_name": "HostName",
                "http_redirect_code": "HttpRedirectCode",
                "protocol": "Protocol",
                "replace_key_prefix_with": "ReplaceKeyPrefixWith",
                "replace_key_with": "ReplaceKeyWith",
            },
        ),
    },
    many=True,
)
_WEBSITE: Final[Fields] = {
    "error_document": Structure("ErrorDocument", {"key": "Key"}),
    "index_document": Structure("IndexDocument", {"suffix": "Suffix"}),
    "redirect_all_requests_to": Structure(
        "RedirectAllRequestsTo", {"host_name": "HostName", "protocol": "Protocol"}
    ),
    "routing_rule": _ROUTING_RULE,
}


def routing_rules_text(rules: list[Values] | None) -> str | None:
    """Return routing rules as the JSON text that configurations hold; None for no rules."""
    return json.dumps(rules, separators=(",", ":"), sort_keys=True) if rules else None


class BucketWebsiteConfiguration(OwnedBucketSetting):
    """``aws_s3_bucket_website_configuration``; routing rules are blocks or one JSON text."""

    type_name = "aws_s3_bucket_website_configuration"
    absent = ("NoSuchWebsiteConfiguration",)
    computed_blocks = ("routing_rule",)
    conflicts = (
        ("error_document", "redirect_all_requests_to"),
        ("routing_rule", "redirect_all_requests_to"),
        ("routing_rules", "redirect_all_requests_to"),
        ("routing_rule", "routing_rules"),
    )
    exactly_one = (("index_document", "redirect_all_requests_to"),)
    equivalent = {"routing_rules": same_json}
    checks = {
        **OwnedBucketSetting.checks,
        "redirect_all_requests_to.protocol": one_of("http", "https"),
        "routing_rule.redirect.protocol": one_of("http", "https"),
        "routing_rules": is_json,
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that a redirect replaces the key or its prefix, not both."""
        for rule in known_blocks(config, "routing_rule"):
            for redirect in known_blocks(rule, "redirect"):
                given = (redirect.get("replace_key_with"), redirect.get("replace_key_prefix_with"))
                if all(is_given(value) for value in given):
                    yield InvalidArgumentError(
                        "routing_rule.redirect.replace_key_with",
                        "conflicts with replace_key_prefix_with",
                    )

    def customize(self, call: Call, plan: Plan) -> None:
        """Expect the other form of the routing rules to follow the one that is configured."""
        super().customize(call, plan)
        for configured, other in (
            ("routing_rule", "routing_rules"),
            ("routing_rules", "routing_rule"),
        ):
            if plan.prior and plan.config.get(configured) and plan.changes(configured):
                plan.make_unknown(other)

    def put(self, client: Any, where: Values, planned: Values) -> None:
        """Set the website."""
        request = request_of(planned, _WEBSITE)
        if planned["routing_rules"] and not planned["routing_rule"]:
            request["RoutingRules"] = json.loads(planned["routing_rules"])
        client.put_bucket_website(**where, WebsiteConfiguration=request)

    def get(self, client: Any, where: Values) -> Values:
        """Read the website."""
        answer = client.get_bucket_website(**where)
        rules = answer.get("RoutingRules")
        return {**state_of(answer, _WEBSITE), "routing_rules": routing_rules_text(rules)}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the website, and tell where it would be reached."""
        found = super().read(call, state)
        if found is None:
            return None
        return {**found, **website_names(call, found["bucket"], call.region)}

    def remove(self, client: Any, where: Values, state: Values) -> None:
        """Delete the website."""
        client.delete_bucket_website(**where)
