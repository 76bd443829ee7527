"""The methods of the plugin protocol that concern provider functions."""

from __future__ import annotations

import json
from typing import Any

from localtender.provider.errors import ProviderError
from localtender.provider.functions import Function, FunctionArgumentError
from localtender.provider.served import ServedProvider
from localtender.provider.sessions import Session
from localtender.provider.wire import dynamic_value, messages, read_dynamic_value


def function_message(function: Function) -> Any:
    """Return the ``Function`` message that describes a function."""
    described = {
        "parameters": [
            messages.Function.Parameter(
                name=parameter.name, type=json.dumps(parameter.type).encode()
            )
            for parameter in function.parameters
        ],
        "return": messages.Function.Return(type=json.dumps(function.returns).encode()),
        "summary": function.summary,
    }
    return messages.Function(**described)


class FunctionMethods:
    """Answers Terraform for functions: each method takes a request message and a session."""

    def __init__(self, provider: ServedProvider) -> None:
        self._provider = provider

    def get_functions(self, _request: Any, _session: Session) -> Any:
        """Describe the functions."""
        functions = self._provider.registry.functions
        return messages.GetFunctions.Response(
            functions={name: function_message(item) for name, item in functions.items()}
        )

    def call_function(self, request: Any, session: Session) -> Any:
        """Call a function, which needs no configured provider."""
        response = messages.CallFunction.Response()
        function = self._provider.registry.functions.get(request.name)
        if function is None:
            response.error.text = f"there is no provider function {request.name}"
            return response
        arguments = [
            read_dynamic_value(parameter.type, argument)
            for parameter, argument in zip(function.parameters, request.arguments, strict=True)
        ]
        try:
            result = function.call(session.caller, *arguments)
            response.result.CopyFrom(dynamic_value(function.returns, result))
        except FunctionArgumentError as failure:
            response.error.text = str(failure)
            response.error.function_argument = failure.position
        except (ProviderError, OSError) as failure:
            response.error.text = str(failure)
        return response
