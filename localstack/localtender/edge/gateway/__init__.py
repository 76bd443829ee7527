"""API Gateway v1 (REST APIs): its control plane and its data plane."""
