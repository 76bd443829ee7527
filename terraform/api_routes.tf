# The API as a map of routes; everything per route is made from it by for_each.
locals {
  routes = {
    add_customer = {
      method = "POST"
      path   = "v1/api/customer"
      model  = "Customer"
    }
    show_customer = {
      method = "GET"
      path   = "v1/api/customer/{customer_id}"
      model  = null
    }
    add_payment = {
      method = "POST"
      path   = "v1/api/payments"
      model  = "Payment"
    }
    list_payments = {
      method = "GET"
      path   = "v1/api/payment/{customer_id}"
      model  = null
    }
    show_payment = {
      method = "GET"
      path   = "v1/api/payment/{customer_id}/{payment_id}"
      model  = null
    }
    # Its credential is the provider's signature, which only the function can check.
    take_webhook = {
      method   = "POST"
      path     = "v1/api/webhooks/{provider}"
      model    = null
      function = "webhooks"
      public   = true
    }
  }

  # Every path and all its ancestors: a resource must exist before what is below it.
  resource_paths = distinct(flatten([
    for route in values(local.routes) : [
      for depth in range(1, length(split("/", route.path)) + 1) :
      join("/", slice(split("/", route.path), 0, depth))
    ]
  ]))

  resources = {
    for path in local.resource_paths : path => {
      depth  = length(split("/", path))
      part   = reverse(split("/", path))[0]
      parent = join("/", slice(split("/", path), 0, length(split("/", path)) - 1))
    }
  }

  resource_ids = {
    for path, resource in merge(
      aws_api_gateway_resource.depth_1,
      aws_api_gateway_resource.depth_2,
      aws_api_gateway_resource.depth_3,
      aws_api_gateway_resource.depth_4,
      aws_api_gateway_resource.depth_5,
    ) : path => resource.id
  }
}

# A resource can't refer to its own instances, so there is one block per depth of the path.
resource "aws_api_gateway_resource" "depth_1" {
  for_each = { for path, resource in local.resources : path => resource if resource.depth == 1 }

  rest_api_id = aws_api_gateway_rest_api.payments.id
  parent_id   = aws_api_gateway_rest_api.payments.root_resource_id
  path_part   = each.value.part
}

resource "aws_api_gateway_resource" "depth_2" {
  for_each = { for path, resource in local.resources : path => resource if resource.depth == 2 }

  rest_api_id = aws_api_gateway_rest_api.payments.id
  parent_id   = aws_api_gateway_resource.depth_1[each.value.parent].id
  path_part   = each.value.part
}

resource "aws_api_gateway_resource" "depth_3" {
  for_each = { for path, resource in local.resources : path => resource if resource.depth == 3 }

  rest_api_id = aws_api_gateway_rest_api.payments.id
  parent_id   = aws_api_gateway_resource.depth_2[each.value.parent].id
  path_part   = each.value.part
}

resource "aws_api_gateway_resource" "depth_4" {
  for_each = { for path, resource in local.resources : path => resource if resource.depth == 4 }

  rest_api_id = aws_api_gateway_rest_api.payments.id
  parent_id   = aws_api_gateway_resource.depth_3[each.value.parent].id
  path_part   = each.value.part
}

resource "aws_api_gateway_resource" "depth_5" {
  for_each = { for path, resource in local.resources : path => resource if resource.depth == 5 }

  rest_api_id = aws_api_gateway_rest_api.payments.id
  parent_id   = aws_api_gateway_resource.depth_4[each.value.parent].id
  path_part   = each.value.part
}

resource "aws_api_gateway_method" "route" {
  for_each = local.routes

  rest_api_id          = aws_api_gateway_rest_api.payments.id
  resource_id          = local.resource_ids[each.value.path]
  http_method          = each.value.method
  authorization        = lookup(each.value, "public", false) ? "NONE" : "COGNITO_USER_POOLS"
  authorizer_id        = lookup(each.value, "public", false) ? null : aws_api_gateway_authorizer.users.id
  api_key_required     = !lookup(each.value, "public", false)
  request_validator_id = aws_api_gateway_request_validator.everything.id

  request_models = (
    each.value.model == null ? {} : { "application/json" = aws_api_gateway_model.body[each.value.model].name }
  )

  request_parameters = {
    for name in flatten(regexall("{([^}]+)}", each.value.path)) : "method.request.path.${name}" => true
  }
}

resource "aws_api_gateway_integration" "route" {
  for_each = local.routes

  rest_api_id             = aws_api_gateway_rest_api.payments.id
  resource_id             = aws_api_gateway_method.route[each.key].resource_id
  http_method             = aws_api_gateway_method.route[each.key].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_function.payments[lookup(each.value, "function", "api")].invoke_arn
  timeout_milliseconds    = 29000
}
