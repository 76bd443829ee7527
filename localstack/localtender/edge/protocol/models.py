"""Botocore's service models, loaded once a process."""

from __future__ import annotations

import threading

from botocore.loaders import Loader
from botocore.model import ServiceModel


class ServiceModels:
    """A thread-safe cache of AWS service descriptions as botocore ships them."""

    def __init__(self) -> None:
        self._loader = Loader()
        self._models: dict[str, ServiceModel] = {}
        self._lock = threading.Lock()

    def get(self, service: str) -> ServiceModel:
        """The model of a service by its botocore name (`apigateway`, `lambda`, `logs`)."""
        with self._lock:
            model = self._models.get(service)
            if model is None:
                description = self._loader.load_service_model(service, "service-2")
                model = ServiceModel(description, service_name=service)
                self._models[service] = model
            return model
