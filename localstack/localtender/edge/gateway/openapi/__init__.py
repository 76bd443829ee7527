"""OpenAPI definitions of REST APIs: Swagger 2.0 and OpenAPI 3.0, read and written.

After "Develop REST APIs using OpenAPI in API Gateway" of the developer guide.
"""
