"""The blocks by which EventBridge, Scheduler and Pipes say how Amazon ECS is to run a task.

Members follow the API's ``EcsParameters`` (``PipeTargetEcsTaskParameters`` for pipes).
"""

from __future__ import annotations

from typing import Final

from localtender.provider.blocks import Converted, Fields, Structure

CAPACITY_PROVIDER_STRATEGY: Final = Structure(
    "CapacityProviderStrategy",
    {"base": "base", "capacity_provider": "capacityProvider", "weight": "weight"},
    many=True,
)
PLACEMENT_CONSTRAINTS: Final = Structure(
    "PlacementConstraints", {"expression": "expression", "type": "type"}, many=True
)
# The member's name is not the same in all APIs.
PLACEMENT_STRATEGY_FIELDS: Final[Fields] = {"field": "field", "type": "type"}
VPC_FIELDS: Final[Fields] = {"security_groups": "SecurityGroups", "subnets": "Subnets"}
NETWORK_CONFIGURATION: Final = Structure(
    "NetworkConfiguration",
    {
        "assign_public_ip": Converted(
            "awsvpcConfiguration.AssignPublicIp",
            request=lambda assigned: "ENABLED" if assigned else "DISABLED",
            state=lambda answer: answer == "ENABLED",
        ),
        "security_groups": "awsvpcConfiguration.SecurityGroups",
        "subnets": "awsvpcConfiguration.Subnets",
    },
)
TASK_FIELDS: Final[Fields] = {
    "capacity_provider_strategy": CAPACITY_PROVIDER_STRATEGY,
    "enable_ecs_managed_tags": "EnableECSManagedTags",
    "enable_execute_command": "EnableExecuteCommand",
    "group": "Group",
    "launch_type": "LaunchType",
    "network_configuration": NETWORK_CONFIGURATION,
    "platform_version": "PlatformVersion",
    "propagate_tags": "PropagateTags",
    "task_count": "TaskCount",
    "task_definition_arn": "TaskDefinitionArn",
}
LAUNCH_TYPES: Final = ("EC2", "FARGATE", "EXTERNAL")
CONSTRAINT_TYPES: Final = ("distinctInstance", "memberOf")
STRATEGY_TYPES: Final = ("random", "spread", "binpack")
