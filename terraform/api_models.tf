# The shape of request bodies, checked by the gateway. Rules about values (amounts, currencies,
# addresses) are the function's: its messages name the rule without quoting what was sent.
locals {
  models = {
    Customer = {
      description = "Body of POST /v1/api/customer"
      required    = ["customer_id", "email"]
      properties = {
        customer_id    = { type = ["string"] }
        email          = { type = ["string"] }
        stripe_account = { type = ["string", "null"] }
        ach_account    = { type = ["string", "null"] }
      }
    }
    Payment = {
      description = "Body of POST /v1/api/payments"
      required    = ["customer_id", "email", "amount", "currency"]
      properties = {
        customer_id    = { type = ["string"] }
        email          = { type = ["string"] }
        amount         = { type = ["number", "string"] }
        currency       = { type = ["string"] }
        payment_method = { type = ["string"] }
      }
    }
  }
}

resource "aws_api_gateway_model" "body" {
  for_each = local.models

  rest_api_id  = aws_api_gateway_rest_api.payments.id
  name         = each.key
  description  = each.value.description
  content_type = "application/json"

  schema = jsonencode({
    "$schema"  = "http://json-schema.org/draft-04/schema#"
    title      = each.key
    type       = "object"
    required   = each.value.required
    properties = each.value.properties
  })
}

resource "aws_api_gateway_request_validator" "everything" {
  rest_api_id                 = aws_api_gateway_rest_api.payments.id
  name                        = "everything"
  validate_request_body       = true
  validate_request_parameters = true
}

# Says what is wrong with a body instead of only that it is. The models above use no pattern and no
# enumeration, so this text names fields and types and never quotes a value.
resource "aws_api_gateway_gateway_response" "bad_request_body" {
  rest_api_id   = aws_api_gateway_rest_api.payments.id
  response_type = "BAD_REQUEST_BODY"
  status_code   = "400"

  response_templates = {
    "application/json" = jsonencode({
      message = "Invalid request body: $context.error.validationErrorString"
    })
  }
}
