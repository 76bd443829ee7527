"""AWS Certificate Manager: certificates and the wait for their validation.

Arguments, defaults and replace rules follow the documentation of ``aws_acm_certificate`` and
``aws_acm_certificate_validation``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import is_arn, one_of
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.errors import InvalidArgumentError, OperationError
from localtender.provider.resources.api_gateway_names import given, timestamp
from localtender.provider.values import UNKNOWN, Value, Values, is_wholly_known

_GONE: Final = ("ResourceNotFoundException",)
_ISSUED_BY_AWS: Final = "AMAZON_ISSUED"
_UPLOADED: Final = ("certificate_body", "certificate_chain", "private_key")
_REQUESTED: Final = ("domain_name", "key_algorithm", "subject_alternative_names")


class Certificate(Resource):
    """``aws_acm_certificate``; its id is the ARN."""

    type_name = "aws_acm_certificate"
    service = "acm"
    gone = _GONE
    replaces = (
        "certificate_authority_arn",
        "domain_name",
        "key_algorithm",
        "subject_alternative_names",
        "validation_method",
        "validation_option",
    )
    computed_blocks = ("options",)
    defaults = {"options.certificate_transparency_logging_preference": "ENABLED"}
    sensitive = ("private_key",)
    checks = {
        "certificate_authority_arn": is_arn,
        "options.certificate_transparency_logging_preference": one_of("DISABLED", "ENABLED"),
        "options.export": one_of("DISABLED", "ENABLED"),
        "validation_method": one_of("DNS", "EMAIL", "HTTP"),
    }
    conflicts = (
        *((uploaded, asked) for uploaded in _UPLOADED for asked in _REQUESTED),
        *((uploaded, "validation_method") for uploaded in _UPLOADED),
        ("certificate_authority_arn", "certificate_body"),
        ("certificate_authority_arn", "private_key"),
        ("certificate_authority_arn", "validation_method"),
        ("private_key", "private_key_wo"),
    )

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that the certificate is either asked for or uploaded, and for domains as such."""
        names = ("domain_name", "private_key", "private_key_wo")
        if all(config.get(name) in (None, "") for name in names):
            yield InvalidArgumentError("domain_name", "is required where no private_key is given")
        name = config.get("domain_name")
        if isinstance(name, str) and name.endswith("."):
            yield InvalidArgumentError("domain_name", "cannot end with a period")

    def customize(self, call: Call, plan: Plan) -> None:
        """Tell the domains beforehand, which ``for_each`` over the validation records needs."""
        planned, config = plan.planned, plan.config
        name, others = config.get("domain_name"), config.get("subject_alternative_names")
        if not name or not is_wholly_known([name, others]):
            return
        changes = plan.prior is None or plan.changes("domain_name")
        domains = sorted({name, *(others or [])})
        if others is not None or changes:
            planned["subject_alternative_names"] = domains
        if plan.prior is not None and set(domains) == set(
            plan.prior.get("subject_alternative_names") or []
        ):
            planned["subject_alternative_names"] = plan.prior["subject_alternative_names"]
            changes = plan.changes("domain_name")
        elif others is not None:
            changes = True
        if changes and config.get("validation_method") == "DNS":
            record = dict.fromkeys(_RECORD, UNKNOWN)
            planned["domain_validation_options"] = [
                {"domain_name": domain, **record} for domain in domains
            ]

    def create(self, call: Call, planned: Values) -> Values:
        """Ask for a certificate, or upload one."""
        if not planned["domain_name"]:
            request = _upload(call, planned)
            arn = call.client().import_certificate(**request, **_tags(planned))["CertificateArn"]
            return {"arn": arn, "id": arn}
        if not (planned["certificate_authority_arn"] or planned["validation_method"]):
            raise InvalidArgumentError(
                "validation_method", "or certificate_authority_arn must be set with domain_name"
            )
        options = [_options(block) for block in planned["options"] or []]
        request = given(
            {
                "CertificateAuthorityArn": planned["certificate_authority_arn"],
                "DomainName": planned["domain_name"],
                "DomainValidationOptions": [
                    {
                        "DomainName": block["domain_name"],
                        "ValidationDomain": block["validation_domain"],
                    }
                    for block in planned["validation_option"]
                ],
                "KeyAlgorithm": planned["key_algorithm"],
                "Options": options[0] if options else None,
                "SubjectAlternativeNames": planned["subject_alternative_names"],
                "ValidationMethod": planned["validation_method"],
            }
        )
        arn = call.client().request_certificate(**request, **_tags(planned))["CertificateArn"]
        call.created({"arn": arn, "id": arn})
        found = self._wait_for_records(call, arn)
        asked = planned["key_algorithm"]
        if asked and _algorithm(found) != asked:
            raise InvalidArgumentError(
                "key_algorithm", f"the certificate has a key of {_algorithm(found)}, not {asked}"
            )
        if options and found.get("Options") != options[0]:
            call.client().update_certificate_options(CertificateArn=arn, Options=options[0])
        return {"arn": arn, "id": arn}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the certificate; one whose validation came too late does not count."""
        found = _described(call, state["id"])
        if found["Status"] == "VALIDATION_TIMED_OUT":
            return None
        arn, validations = found["CertificateArn"], found.get("DomainValidationOptions", [])
        by_aws = found["Type"] == _ISSUED_BY_AWS
        method = validations[0].get("ValidationMethod") if by_aws and validations else "NONE"
        tags = call.client().list_tags_for_certificate(CertificateArn=arn).get("Tags", [])
        return {
            "arn": arn,
            "certificate_authority_arn": found.get("CertificateAuthorityArn"),
            "domain_name": found.get("DomainName"),
            "domain_validation_options": _records(validations),
            "key_algorithm": _algorithm(found),
            "not_after": timestamp(found["NotAfter"]) if "NotAfter" in found else None,
            "not_before": timestamp(found["NotBefore"]) if "NotBefore" in found else None,
            "options": _options_state(found.get("Options")),
            "pending_renewal": False,
            "renewal_eligibility": found.get("RenewalEligibility"),
            "renewal_summary": [],
            "status": found["Status"],
            "subject_alternative_names": found.get("SubjectAlternativeNames", []),
            "tags": {tag["Key"]: tag.get("Value", "") for tag in tags},
            "type": found["Type"],
            "validation_emails": [
                address for each in validations for address in each.get("ValidationEmails", [])
            ],
            "validation_method": method,
        }

    def update(self, call: Call, change: Change) -> None:
        """Upload the certificate anew, or change its options."""
        planned, arn = change.planned, change.prior["id"]
        if change.has(*_UPLOADED, "private_key_wo_version"):
            call.client().import_certificate(CertificateArn=arn, **_upload(call, planned))
        if change.has("options") and planned["options"]:
            options = _options(planned["options"][0])
            call.client().update_certificate_options(CertificateArn=arn, Options=options)

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the certificate."""
        if removed:
            call.client().remove_tags_from_certificate(
                CertificateArn=state["id"], Tags=[{"Key": name} for name in removed]
            )
        if changed:
            call.client().add_tags_to_certificate(
                CertificateArn=state["id"], **_tags({"tags_all": changed})
            )

    def delete(self, call: Call, state: Values) -> None:
        """Delete the certificate."""
        call.client().delete_certificate(CertificateArn=state["id"])

    def _wait_for_records(self, call: Call, arn: str) -> Any:
        def found() -> Any:
            certificate = _described(call, arn)
            validations = certificate.get("DomainValidationOptions", [])
            shown = ("ResourceRecord", "ValidationEmails")
            ready = any(each.get(name) for each in validations for name in shown)
            return certificate if ready or certificate["Type"] != _ISSUED_BY_AWS else None

        return call.wait(found, awaited=f"the validation records of {arn}")


class CertificateValidation(Resource):
    """``aws_acm_certificate_validation``; its id is when the certificate was issued."""

    type_name = "aws_acm_certificate_validation"
    service = "acm"
    gone = _GONE
    replaces = ("certificate_arn", "validation_record_fqdns")

    def create(self, call: Call, planned: Values) -> Values:
        """Check the records that are named, and wait until the certificate is issued."""
        arn = planned["certificate_arn"]
        found = _described(call, arn)
        if found["Type"] != _ISSUED_BY_AWS:
            raise OperationError(f"{arn} has type {found['Type']}, no validation necessary")
        named = {name.removesuffix(".") for name in planned["validation_record_fqdns"] or []}
        records = _records(found.get("DomainValidationOptions", []))
        missing = {record["resource_record_name"].removesuffix(".") for record in records} - named
        if named and missing:
            raise OperationError(f"missing DNS validation records: {', '.join(sorted(missing))}")

        def issued() -> Any:
            certificate = _described(call, arn)
            if certificate["Status"] not in ("ISSUED", "PENDING_VALIDATION"):
                raise OperationError(f"the certificate {arn} is {certificate['Status']}")
            return certificate if certificate["Status"] == "ISSUED" else None

        certificate = call.wait(issued, awaited=f"the certificate {arn} to be issued")
        return {"id": f"{certificate['IssuedAt']:%Y-%m-%d %H:%M:%S} +0000 UTC"}

    def read(self, call: Call, state: Values) -> Values | None:
        """See that the certificate is still issued."""
        found = _described(call, state["certificate_arn"])
        return {} if found["Status"] == "ISSUED" else None

    def delete(self, call: Call, state: Values) -> None:
        """Leave the certificate as it is."""


_RECORD: Final = {
    "resource_record_name": "Name",
    "resource_record_type": "Type",
    "resource_record_value": "Value",
}


def _described(call: Call, arn: str) -> Any:
    return call.client().describe_certificate(CertificateArn=arn)["Certificate"]


def _algorithm(certificate: Values) -> Value:
    return str(certificate["KeyAlgorithm"]).replace("-", "_")


def _records(validations: list[Values]) -> list[Values]:
    records = {
        each["DomainName"]: {name: record[member] for name, member in _RECORD.items()}
        for each in validations
        if (record := each.get("ResourceRecord"))
    }
    return [{"domain_name": domain, **records[domain]} for domain in sorted(records)]


def _options(block: Values) -> Values:
    return given(
        {
            "CertificateTransparencyLoggingPreference": block[
                "certificate_transparency_logging_preference"
            ],
            "Export": block["export"],
        }
    )


def _options_state(answer: Values | None) -> list[Values]:
    if not answer:
        return []
    preference = answer.get("CertificateTransparencyLoggingPreference")
    return [
        {
            "certificate_transparency_logging_preference": preference,
            "export": answer.get("Export"),
        }
    ]


def _upload(call: Call, planned: Values) -> Values:
    key = planned["private_key"] or call.config.get("private_key_wo") or ""
    request = {
        "Certificate": (planned["certificate_body"] or "").encode(),
        "PrivateKey": key.encode(),
    }
    if planned["certificate_chain"]:
        request["CertificateChain"] = planned["certificate_chain"].encode()
    return request


def _tags(values: Values) -> Values:
    tags = [{"Key": name, "Value": value} for name, value in values["tags_all"].items()]
    return {"Tags": tags} if tags else {}
