"""Names that go with a bucket of Amazon S3: ids of its settings, host names, hosted zones.

Ids follow the import sections of the documentation of ``aws_s3_bucket_*``; host names follow
"Amazon S3 endpoints and quotas" of the AWS general reference.
"""

from __future__ import annotations

import re
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.values import Values

NO_BUCKET: Final = ("NoSuchBucket", "404")
"""Error codes for a bucket that does not exist; an answer to HEAD has no body to say more."""

CANNED_ACLS: Final = (
    "private",
    "public-read",
    "public-read-write",
    "authenticated-read",
    "aws-exec-read",
    "log-delivery-write",
)

# Regions whose websites' host name has a dash where that of the others has a dot.
_DASHED_WEBSITES: Final = frozenset(
    {
        "ap-northeast-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "eu-west-1",
        "sa-east-1",
        "us-east-1",
        "us-gov-west-1",
        "us-west-1",
        "us-west-2",
    }
)
_HOSTED_ZONES: Final = {
    "af-south-1": "Z83WF9RJE8B12",
    "ap-east-1": "ZNB98KWMFR0R6",
    "ap-northeast-1": "Z2M4EHUR26P7ZW",
    "ap-northeast-2": "Z3W03O7B5YMIYP",
    "ap-northeast-3": "Z2YQB5RD63NC85",
    "ap-south-1": "Z11RGJOFQNVJUP",
    "ap-south-2": "Z02976202B4EZMXIPMXF7",
    "ap-southeast-1": "Z3O0J2DXBE1FTB",
    "ap-southeast-2": "Z1WCIGYICN2BYD",
    "ap-southeast-3": "Z01846753K324LI26A3VV",
    "ap-southeast-4": "Z0312387243XT5FE14WFO",
    "ap-southeast-5": "Z08660063OXLMA7F1FJHU",
    "ca-central-1": "Z1QDHH18159H29",
    "ca-west-1": "Z03565811Z33SLEZTHOUL",
    "cn-north-1": "Z5CN8UMXT92WN",
    "cn-northwest-1": "Z282HJ1KT0DH03",
    "eu-central-1": "Z21DNDUVLTQW6Q",
    "eu-central-2": "Z030506016YDQGETNASS",
    "eu-north-1": "Z3BAZG2TWCNX0D",
    "eu-south-1": "Z30OZKI7KPW7MI",
    "eu-south-2": "Z0081959F7139GRJC19J",
    "eu-west-1": "Z1BKCTXD74EZPE",
    "eu-west-2": "Z3GKZC51ZF0DB4",
    "eu-west-3": "Z3R1K369G5AVDG",
    "il-central-1": "Z09640613K4A3MN55U7GU",
    "me-central-1": "Z06143092I8HRXZRUZROF",
    "me-south-1": "Z1MPMWCPA7YB62",
    "sa-east-1": "Z7KQH4QJS55SO",
    "us-east-1": "Z3AQBSTGFYJSTF",
    "us-east-2": "Z2O1EMRO9K5GLX",
    "us-gov-east-1": "Z2NIFVYYW2VKV1",
    "us-gov-west-1": "Z31GFT0UA1I2HV",
    "us-west-1": "Z2F56UZL2M1ACD",
    "us-west-2": "Z3BJ6K6RIION7M",
}


def setting_id(bucket: str, owner: str | None) -> str:
    """Return the id of a bucket's setting: ``BUCKET`` or ``BUCKET,EXPECTED_OWNER``."""
    return f"{bucket},{owner}" if owner else bucket


def parse_setting_id(identifier: str) -> tuple[str, str]:
    """Return the bucket and the expected owner (or ``""``) that an id is made of.

    Raises
    ------
    InvalidArgumentError
        When the id has another form.
    """
    bucket, comma, owner = identifier.partition(",")
    if not bucket or (comma and not re.fullmatch(r"\d{12}", owner)):
        raise InvalidArgumentError(
            "id", f"expected BUCKET or BUCKET,EXPECTED_BUCKET_OWNER; got {identifier!r}"
        )
    return bucket, owner


def target(bucket: str, owner: str | None = None) -> dict[str, Any]:
    """Return the parameters that say which bucket a request is for."""
    return {"Bucket": bucket, **({"ExpectedBucketOwner": owner} if owner else {})}


def bucket_arn(call: Call, bucket: str) -> str:
    """Return a bucket's ARN, which has neither region nor account."""
    return f"arn:{call.partition}:s3:::{bucket}"


def domain_names(call: Call, bucket: str, region: str) -> Values:
    """Return the attributes that tell where a bucket is reached on AWS."""
    suffix = _dns_suffix(call)
    return {
        "bucket_domain_name": f"{bucket}.s3.{suffix}",
        "bucket_regional_domain_name": f"{bucket}.s3.{region}.{suffix}",
        "hosted_zone_id": _HOSTED_ZONES.get(region),
    }


def website_names(call: Call, bucket: str, region: str) -> Values:
    """Return the attributes that tell where a bucket's website is reached on AWS."""
    separator = "-" if region in _DASHED_WEBSITES else "."
    domain = f"s3-website{separator}{region}.{_dns_suffix(call)}"
    return {"website_domain": domain, "website_endpoint": f"{bucket}.{domain}"}


def _dns_suffix(call: Call) -> str:
    return "amazonaws.com.cn" if call.partition == "aws-cn" else "amazonaws.com"
