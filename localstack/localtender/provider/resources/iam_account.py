"""AWS IAM: what belongs to the account: its alias, its OpenID Connect providers.

Arguments, replace rules and ids follow the documentation of ``aws_iam_account_alias`` and
``aws_iam_openid_connect_provider``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.checks import every, length, matches
from localtender.provider.declaration import Change, DataSource, Resource
from localtender.provider.errors import OperationError
from localtender.provider.resources.iam_identities import (
    NO_SUCH_ENTITY,
    pages,
    tag_list,
    tag_map,
)
from localtender.provider.values import Values


class AccountAlias(Resource):
    """``aws_iam_account_alias``; its id is the alias."""

    type_name = "aws_iam_account_alias"
    service = "iam"
    gone = NO_SUCH_ENTITY
    replaces = ("account_alias",)
    checks = {
        "account_alias": every(
            length(3, 63),
            matches(
                r"[a-z0-9](([a-z0-9]|-(?!-))*[a-z0-9])?",
                "expected lower-case letters, digits and single hyphens between them",
            ),
        )
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Give the account its alias."""
        call.client().create_account_alias(AccountAlias=planned["account_alias"])
        return {"id": planned["account_alias"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the account's alias."""
        aliases = pages(call, "list_account_aliases", "AccountAliases")
        return {"account_alias": aliases[0], "id": aliases[0]} if aliases else None

    def delete(self, call: Call, state: Values) -> None:
        """Take the alias away."""
        call.client().delete_account_alias(AccountAlias=state["id"])


class AccountAliasData(DataSource):
    """``aws_iam_account_alias``; its id is the alias."""

    type_name = "aws_iam_account_alias"
    service = "iam"

    def read(self, call: Call, config: Values) -> Values:
        """Read the account's alias."""
        aliases = pages(call, "list_account_aliases", "AccountAliases")
        if not aliases:
            raise OperationError("the account has no alias")
        return {"account_alias": aliases[0], "id": aliases[0]}


def _without_scheme(url: str) -> str:
    return url.removeprefix("https://")


def _same_url(old: str, new: str) -> bool:
    """Tell whether two URLs are the same; IAM answers them without ``https://``."""
    return _without_scheme(old) == _without_scheme(new)


class OpenIdConnectProvider(Resource):
    """``aws_iam_openid_connect_provider``; its id is the provider's ARN."""

    type_name = "aws_iam_openid_connect_provider"
    service = "iam"
    gone = NO_SUCH_ENTITY
    tag_operations = ("tag_open_id_connect_provider", "untag_open_id_connect_provider")
    replaces = ("url",)
    equivalent = {"url": _same_url}
    checks = {
        "thumbprint_list": lambda values: next(
            (f"a thumbprint has 40 digits, not {value!r}" for value in values if len(value) != 40),
            None,
        ),
        "url": matches(r"https://\S+", "expected a URL that starts with https://"),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the provider."""
        thumbprints = planned["thumbprint_list"]
        answer = call.client().create_open_id_connect_provider(
            Url=planned["url"],
            ClientIDList=planned["client_id_list"],
            Tags=tag_list(planned["tags_all"]),
            **({"ThumbprintList": thumbprints} if thumbprints else {}),
        )
        return {"id": answer["OpenIDConnectProviderArn"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the provider."""
        answer = call.client().get_open_id_connect_provider(OpenIDConnectProviderArn=state["id"])
        return {**_provider_state(answer), "arn": state["id"], "tags": tag_map(answer.get("Tags"))}

    def update(self, call: Call, change: Change) -> None:
        """Change thumbprints and client ids."""
        client, arn, planned = call.client(), change.prior["id"], change.planned
        if change.has("thumbprint_list"):
            client.update_open_id_connect_provider_thumbprint(
                OpenIDConnectProviderArn=arn, ThumbprintList=planned["thumbprint_list"]
            )
        before, after = set(change.prior["client_id_list"]), set(planned["client_id_list"])
        for identifier in sorted(after - before):
            client.add_client_id_to_open_id_connect_provider(
                OpenIDConnectProviderArn=arn, ClientID=identifier
            )
        for identifier in sorted(before - after):
            client.remove_client_id_from_open_id_connect_provider(
                OpenIDConnectProviderArn=arn, ClientID=identifier
            )

    def delete(self, call: Call, state: Values) -> None:
        """Delete the provider."""
        call.client().delete_open_id_connect_provider(OpenIDConnectProviderArn=state["id"])


class OpenIdConnectProviderData(DataSource):
    """``aws_iam_openid_connect_provider``; its id is the provider's ARN."""

    type_name = "aws_iam_openid_connect_provider"
    service = "iam"
    exactly_one = (("arn", "url"),)

    def read(self, call: Call, config: Values) -> Values:
        """Read the provider by its ARN, or find it by its URL."""
        client, arn = call.client(), config["arn"]
        if not arn:
            wanted = f":oidc-provider/{_without_scheme(config['url'])}"
            listed = client.list_open_id_connect_providers()["OpenIDConnectProviderList"]
            arn = next((item["Arn"] for item in listed if item["Arn"].endswith(wanted)), None)
            if arn is None:
                raise OperationError(f"there is no OpenID Connect provider of {config['url']}")
        answer = client.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
        return {
            **_provider_state(answer),
            "arn": arn,
            "id": arn,
            "tags": tag_map(answer.get("Tags")),
        }


def _provider_state(answer: Values) -> Values:
    return {
        "client_id_list": answer.get("ClientIDList", []),
        "thumbprint_list": answer.get("ThumbprintList", []),
        "url": _without_scheme(answer["Url"]),
    }
