"""Amazon ECR: repositories of container images and their policies.

Arguments, defaults and replace rules follow the documentation of ``aws_ecr_repository``,
``aws_ecr_lifecycle_policy`` and ``aws_ecr_repository_policy``.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Final

from localtender.provider.blocks import Fields, Structure, request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import one_of
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import is_json, is_policy, same_json, same_policy
from localtender.provider.values import Values

_NO_REPOSITORY: Final = "RepositoryNotFoundException"
_REPOSITORY: Final[Fields] = {
    "encryption_configuration": Structure(
        "encryptionConfiguration", {"encryption_type": "encryptionType", "kms_key": "kmsKey"}
    ),
    "image_scanning_configuration": Structure(
        "imageScanningConfiguration", {"scan_on_push": "scanOnPush"}
    ),
    "image_tag_mutability": "imageTagMutability",
    "image_tag_mutability_exclusion_filter": Structure(
        "imageTagMutabilityExclusionFilters",
        {"filter": "filter", "filter_type": "filterType"},
        many=True,
    ),
}


class Repository(Resource):
    """``aws_ecr_repository``; its id is its name."""

    type_name = "aws_ecr_repository"
    service = "ecr"
    gone = (_NO_REPOSITORY,)
    replaces = ("encryption_configuration", "name")
    defaults = {
        "encryption_configuration.encryption_type": "AES256",
        "image_tag_mutability": "MUTABLE",
    }
    computed_blocks = ("encryption_configuration", "image_scanning_configuration")
    checks = {
        "encryption_configuration.encryption_type": one_of("AES256", "KMS", "KMS_DSSE"),
        "image_tag_mutability": one_of(
            "MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"
        ),
        "image_tag_mutability_exclusion_filter.filter_type": one_of("WILDCARD"),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the repository."""
        name = planned["name"]
        call.client().create_repository(
            repositoryName=name,
            tags=_tag_list(planned["tags_all"] or {}),
            **request_of(planned, _REPOSITORY),
        )
        return {"id": name}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the repository and its tags."""
        client = call.client()
        answer = client.describe_repositories(repositoryNames=[state["id"]])
        (repository,) = answer["repositories"]
        arn = repository["repositoryArn"]
        tags = client.list_tags_for_resource(resourceArn=arn).get("tags", [])
        return {
            **state_of(repository, _REPOSITORY),
            "arn": arn,
            "name": repository["repositoryName"],
            "registry_id": repository.get("registryId"),
            "repository_url": repository["repositoryUri"],
            "tags": {tag["Key"]: tag["Value"] for tag in tags},
        }

    def update(self, call: Call, change: Change) -> None:
        """Set whether tags may move, and whether images are scanned."""
        client, planned = call.client(), change.planned
        name = {"repositoryName": change.prior["id"]}
        mutability = ("image_tag_mutability", "image_tag_mutability_exclusion_filter")
        if change.has(*mutability):
            wanted = {argument: _REPOSITORY[argument] for argument in mutability}
            client.put_image_tag_mutability(**name, **request_of(planned, wanted))
        if change.has("image_scanning_configuration"):
            blocks = planned["image_scanning_configuration"]
            scan = bool(blocks and blocks[0]["scan_on_push"])
            client.put_image_scanning_configuration(
                **name, imageScanningConfiguration={"scanOnPush": scan}
            )

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the repository."""
        if removed:
            call.client().untag_resource(resourceArn=state["arn"], tagKeys=removed)
        if changed:
            call.client().tag_resource(resourceArn=state["arn"], tags=_tag_list(changed))

    def delete(self, call: Call, state: Values) -> None:
        """Delete the repository; one with images only if that is forced."""
        call.client().delete_repository(
            repositoryName=state["id"], force=bool(state["force_delete"])
        )


class _RepositoryDocument(Resource):
    """A document of a repository; its id is the repository's name."""

    service = "ecr"
    replaces: ClassVar[Sequence[str]] = ("repository",)
    operation: str
    member: str

    @abstractmethod
    def put(self, client: Any, planned: Values) -> None:
        """Set the document."""

    def create(self, call: Call, planned: Values) -> Values:
        """Set the document."""
        self.put(call.client(), planned)
        return {"id": planned["repository"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the document."""
        read = getattr(call.client(), f"get_{self.operation}")
        answer = read(repositoryName=state["id"])
        return {
            "policy": answer[self.member],
            "registry_id": answer.get("registryId"),
            "repository": answer["repositoryName"],
        }

    def update(self, call: Call, change: Change) -> None:
        """Set the changed document."""
        self.put(call.client(), change.planned)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the document."""
        getattr(call.client(), f"delete_{self.operation}")(repositoryName=state["id"])


class LifecyclePolicy(_RepositoryDocument):
    """``aws_ecr_lifecycle_policy``."""

    type_name = "aws_ecr_lifecycle_policy"
    operation = "lifecycle_policy"
    member = "lifecyclePolicyText"
    replaces = ("policy", "repository")
    gone = (_NO_REPOSITORY, "LifecyclePolicyNotFoundException")
    equivalent = {"policy": same_json}
    checks = {"policy": is_json}

    def put(self, client: Any, planned: Values) -> None:
        """Set the policy."""
        client.put_lifecycle_policy(
            repositoryName=planned["repository"], lifecyclePolicyText=planned["policy"]
        )


class RepositoryPolicy(_RepositoryDocument):
    """``aws_ecr_repository_policy``."""

    type_name = "aws_ecr_repository_policy"
    operation = "repository_policy"
    member = "policyText"
    gone = (_NO_REPOSITORY, "RepositoryPolicyNotFoundException")
    equivalent = {"policy": same_policy}
    checks = {"policy": is_policy}

    def put(self, client: Any, planned: Values) -> None:
        """Set the policy."""
        client.set_repository_policy(
            repositoryName=planned["repository"], policyText=planned["policy"]
        )


def _tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
