"""What API Gateway keeps, as immutable values.

A REST API is one value: every change makes a new one that shares what did not change. A
deployment therefore captures the API for good by just keeping the value it was made from.
Mappings are never changed in place. Field names follow the API reference ("Amazon API Gateway
REST API reference, Data types"); None means that AWS leaves the member out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

TextMap = Mapping[str, str]


@dataclass(frozen=True)
class IntegrationResponse:
    """How an integration's outcome becomes a method response; templates may be null as on AWS."""

    status_code: str
    selection_pattern: str | None = None
    response_parameters: TextMap | None = None
    response_templates: Mapping[str, str | None] | None = None
    content_handling: str | None = None


@dataclass(frozen=True)
class Integration:
    """A method's backend; `timeout_in_millis` is milliseconds."""

    type: str
    http_method: str | None = None
    uri: str | None = None
    connection_type: str | None = None
    connection_id: str | None = None
    credentials: str | None = None
    request_parameters: TextMap | None = None
    request_templates: Mapping[str, str | None] | None = None
    passthrough_behavior: str = "WHEN_NO_MATCH"
    content_handling: str | None = None
    timeout_in_millis: int = 29_000
    cache_namespace: str | None = None
    cache_key_parameters: tuple[str, ...] = ()
    insecure_skip_verification: bool | None = None
    response_transfer_mode: str | None = None
    integration_target: str | None = None
    responses: Mapping[str, IntegrationResponse] = field(default_factory=dict)


@dataclass(frozen=True)
class MethodResponse:
    """A status code that a method may answer, with its headers (required or not) and models."""

    status_code: str
    response_parameters: Mapping[str, bool] | None = None
    response_models: TextMap | None = None


@dataclass(frozen=True)
class Method:
    """An HTTP verb of a resource, or ANY."""

    http_method: str
    authorization_type: str = "NONE"
    authorizer_id: str | None = None
    api_key_required: bool = False
    request_validator_id: str | None = None
    operation_name: str | None = None
    request_parameters: Mapping[str, bool] | None = None
    request_models: TextMap | None = None
    authorization_scopes: tuple[str, ...] = ()
    responses: Mapping[str, MethodResponse] = field(default_factory=dict)
    integration: Integration | None = None


@dataclass(frozen=True)
class Resource:
    """A node of the API's path tree; `path` is the whole path, the root's is `/`."""

    id: str
    path: str
    parent_id: str | None = None
    path_part: str | None = None
    methods: Mapping[str, Method] = field(default_factory=dict)


@dataclass(frozen=True)
class Model:
    """A named JSON schema (draft 4)."""

    id: str
    name: str
    content_type: str
    schema: str | None = None
    description: str | None = None


@dataclass(frozen=True)
class RequestValidator:
    """Which parts of a request are checked before the integration is called."""

    id: str
    name: str
    validate_request_body: bool = False
    validate_request_parameters: bool = False


@dataclass(frozen=True)
class Authorizer:
    """Who decides on access; `result_ttl_in_seconds` is how long a decision is kept.

    AWS does not show the TTL of an authorizer that was imported without one.
    """

    id: str
    name: str
    type: str
    provider_arns: tuple[str, ...] = ()
    auth_type: str | None = None
    authorizer_uri: str | None = None
    authorizer_credentials: str | None = None
    identity_source: str | None = None
    identity_validation_expression: str | None = None
    result_ttl_in_seconds: int = 300
    shows_result_ttl: bool = True


@dataclass(frozen=True)
class GatewayResponse:
    """How one type of error is told to clients, where the API says so."""

    response_type: str
    status_code: str | None = None
    response_parameters: TextMap = field(default_factory=dict)
    response_templates: TextMap = field(default_factory=dict)


@dataclass(frozen=True)
class DocumentationLocation:
    """What a piece of documentation is about; a method or a status of `*` is any."""

    type: str
    path: str | None = None
    method: str | None = None
    status_code: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class DocumentationPart:
    """A piece of documentation; `properties` is JSON text."""

    id: str
    location: DocumentationLocation
    properties: str


@dataclass(frozen=True)
class DocumentationVersion:
    """The documentation as it was when the version was made."""

    version: str
    created_date: datetime
    description: str | None = None
    parts: Mapping[str, DocumentationPart] = field(default_factory=dict)


@dataclass(frozen=True)
class Deployment:
    """An immutable snapshot of an API; `snapshot` has no deployments or stages of its own."""

    id: str
    created_date: datetime
    snapshot: RestApi
    description: str | None = None


@dataclass(frozen=True)
class MethodSettings:
    """Settings of a stage for some methods; throttling is requests a second and a burst size."""

    metrics_enabled: bool = False
    logging_level: str | None = None
    data_trace_enabled: bool = False
    throttling_burst_limit: int = 5_000
    throttling_rate_limit: float = 10_000.0
    caching_enabled: bool = False
    cache_ttl_in_seconds: int = 300
    cache_data_encrypted: bool = False
    require_authorization_for_cache_control: bool = True
    unauthorized_cache_control_header_strategy: str = "SUCCEED_WITH_RESPONSE_HEADER"


@dataclass(frozen=True)
class AccessLogSettings:
    """Where a stage's access log goes and the format of a line."""

    format: str | None = None
    destination_arn: str | None = None


@dataclass(frozen=True)
class CanarySettings:
    """A second deployment of a stage, for `percent_traffic` of the requests."""

    deployment_id: str
    percent_traffic: float = 0.0
    stage_variable_overrides: TextMap | None = None
    use_stage_cache: bool = False


@dataclass(frozen=True)
class Stage:
    """A named reference to a deployment, under which clients call the API.

    `is_canary` is set for a request on its way where the stage has a canary, and says whether it
    goes there.
    """

    name: str
    deployment_id: str
    created_date: datetime
    last_updated_date: datetime
    description: str | None = None
    client_certificate_id: str | None = None
    cache_cluster_enabled: bool = False
    cache_cluster_size: str | None = None
    method_settings: Mapping[str, MethodSettings] = field(default_factory=dict)
    variables: TextMap | None = None
    documentation_version: str | None = None
    access_log_settings: AccessLogSettings | None = None
    tracing_enabled: bool = False
    tags: TextMap = field(default_factory=dict)
    canary_settings: CanarySettings | None = None
    is_canary: bool | None = None


@dataclass(frozen=True)
class EndpointConfiguration:
    """How clients reach the API: EDGE, REGIONAL or PRIVATE, and by which IP versions."""

    types: tuple[str, ...] = ("EDGE",)
    ip_address_type: str = "ipv4"
    vpc_endpoint_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class RestApi:
    """A REST API with everything in it; `minimum_compression_size` is bytes."""

    id: str
    name: str
    created_date: datetime
    root_resource_id: str
    description: str | None = None
    version: str | None = None
    binary_media_types: tuple[str, ...] = ()
    minimum_compression_size: int | None = None
    api_key_source: str = "HEADER"
    endpoint_configuration: EndpointConfiguration = field(default_factory=EndpointConfiguration)
    policy: str | None = None
    disable_execute_api_endpoint: bool = False
    security_policy: str | None = None
    endpoint_access_mode: str | None = None
    tags: TextMap = field(default_factory=dict)
    resources: Mapping[str, Resource] = field(default_factory=dict)
    models: Mapping[str, Model] = field(default_factory=dict)
    request_validators: Mapping[str, RequestValidator] = field(default_factory=dict)
    authorizers: Mapping[str, Authorizer] = field(default_factory=dict)
    gateway_responses: Mapping[str, GatewayResponse] = field(default_factory=dict)
    documentation_parts: Mapping[str, DocumentationPart] = field(default_factory=dict)
    documentation_versions: Mapping[str, DocumentationVersion] = field(default_factory=dict)
    deployments: Mapping[str, Deployment] = field(default_factory=dict)
    stages: Mapping[str, Stage] = field(default_factory=dict)


@dataclass(frozen=True)
class ApiKey:
    """A key that clients send; `stage_keys` are `API/STAGE` as the older form of usage plans."""

    id: str
    value: str
    created_date: datetime
    last_updated_date: datetime
    name: str | None = None
    description: str | None = None
    customer_id: str | None = None
    enabled: bool = False
    stage_keys: tuple[str, ...] = ()
    tags: TextMap = field(default_factory=dict)


@dataclass(frozen=True)
class ThrottleSettings:
    """A token bucket: `rate_limit` requests a second, `burst_limit` its size; None is no limit."""

    burst_limit: int | None = None
    rate_limit: float | None = None


@dataclass(frozen=True)
class QuotaSettings:
    """`limit` requests a `period` (DAY, WEEK, MONTH), `offset` taken from the first one."""

    limit: int | None = None
    offset: int = 0
    period: str | None = None


@dataclass(frozen=True)
class ApiStage:
    """A stage that a usage plan covers, with throttles of single methods by `PATH/VERB`."""

    api_id: str
    stage: str
    throttle: Mapping[str, ThrottleSettings] | None = None


@dataclass(frozen=True)
class UsagePlan:
    """Who may call which stages how often; `key_ids` are API keys in the order they joined."""

    id: str
    name: str
    description: str | None = None
    api_stages: tuple[ApiStage, ...] = ()
    throttle: ThrottleSettings | None = None
    quota: QuotaSettings | None = None
    product_code: str | None = None
    key_ids: tuple[str, ...] = ()
    tags: TextMap = field(default_factory=dict)


@dataclass(frozen=True)
class BasePathMapping:
    """The API behind a base path of a domain; without a stage the path names that as well."""

    base_path: str
    api_id: str
    stage: str | None = None


@dataclass(frozen=True)
class DomainName:
    """A domain of the account's own; `mappings` are by base path, `(none)` is the whole domain."""

    name: str
    endpoint_configuration: EndpointConfiguration
    target: str
    certificate_name: str | None = None
    certificate_arn: str | None = None
    regional_certificate_name: str | None = None
    regional_certificate_arn: str | None = None
    security_policy: str = "TLS_1_2"
    upload_date: datetime | None = None
    tags: TextMap = field(default_factory=dict)
    mappings: Mapping[str, BasePathMapping] = field(default_factory=dict)


@dataclass(frozen=True)
class ClientCertificate:
    """A certificate by which API Gateway shows itself to backends; `pem` has no private key."""

    id: str
    pem: str
    created_date: datetime
    expiration_date: datetime
    description: str | None = None
    tags: TextMap = field(default_factory=dict)


@dataclass(frozen=True)
class RegionState:
    """All of API Gateway in one account and region."""

    rest_apis: Mapping[str, RestApi] = field(default_factory=dict)
    api_keys: Mapping[str, ApiKey] = field(default_factory=dict)
    usage_plans: Mapping[str, UsagePlan] = field(default_factory=dict)
    domain_names: Mapping[str, DomainName] = field(default_factory=dict)
    client_certificates: Mapping[str, ClientCertificate] = field(default_factory=dict)
    cloudwatch_role_arn: str | None = None
