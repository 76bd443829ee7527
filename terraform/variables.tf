variable "region" {
  description = "AWS region of every resource."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be an AWS region such as us-east-1."
  }
}

variable "name_prefix" {
  description = "Put before every name, so that several copies can live in one account; empty for none."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^([A-Za-z][A-Za-z0-9-]{0,19})?$", var.name_prefix))
    error_message = "name_prefix must be at most 20 letters, digits or hyphens and begin with a letter."
  }
}

variable "lambda_package" {
  description = "Path of the zip with the functions' code, relative to this module."
  type        = string
  default     = "../build/payments.zip"

  validation {
    condition     = endswith(var.lambda_package, ".zip")
    error_message = "lambda_package must be a .zip file."
  }
}

variable "stage_name" {
  description = "Stage of the REST API; the first segment of its paths."
  type        = string
  default     = "live"

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,128}$", var.stage_name))
    error_message = "stage_name must be 1 to 128 letters, digits, underscores or hyphens."
  }
}

variable "paypal_base_url" {
  description = "Base address of the PayPal REST API, without a trailing slash."
  type        = string

  validation {
    condition     = can(regex("^https?://[^/\\s]+(/[^\\s]*[^/\\s])?$", var.paypal_base_url))
    error_message = "paypal_base_url must be an http(s) address without a trailing slash."
  }
}

variable "paypal_client_id" {
  description = "Client id of the PayPal application that pays."
  type        = string
  sensitive   = true

  validation {
    condition     = length(var.paypal_client_id) > 0
    error_message = "paypal_client_id must not be empty."
  }
}

variable "paypal_client_secret" {
  description = "Client secret of the PayPal application that pays."
  type        = string
  sensitive   = true

  validation {
    condition     = length(var.paypal_client_secret) > 0
    error_message = "paypal_client_secret must not be empty."
  }
}

variable "stripe_base_url" {
  description = "Base address of the Stripe API, without a trailing slash."
  type        = string
  default     = "https://api.stripe.com"

  validation {
    condition     = can(regex("^https?://[^/\\s]+(/[^\\s]*[^/\\s])?$", var.stripe_base_url))
    error_message = "stripe_base_url must be an http(s) address without a trailing slash."
  }
}

variable "stripe_secret_key" {
  description = "Secret or restricted key of the Stripe account that pays; null where Stripe is not offered."
  type        = string
  sensitive   = true
  default     = null

  validation {
    condition     = var.stripe_secret_key == null ? true : can(regex("^(sk|rk)_(test|live)_[A-Za-z0-9_]+$", var.stripe_secret_key))
    error_message = "stripe_secret_key must be a secret or restricted key: sk_test_, sk_live_, rk_test_ or rk_live_ and letters and digits."
  }
}

variable "ach_base_url" {
  description = "Base address of the ACH processor's API, without a trailing slash; null where ACH is not offered."
  type        = string
  default     = null

  validation {
    condition     = var.ach_base_url == null ? true : can(regex("^https?://[^/\\s]+(/[^\\s]*[^/\\s])?$", var.ach_base_url))
    error_message = "ach_base_url must be an http(s) address without a trailing slash."
  }
}

variable "ach_api_key" {
  description = "API key of the ACH processor; null where ACH is not offered."
  type        = string
  sensitive   = true
  default     = null

  validation {
    condition     = var.ach_api_key == null ? true : length(var.ach_api_key) > 0
    error_message = "ach_api_key must not be empty; leave it out where ACH is not offered."
  }

  validation {
    condition     = var.ach_api_key == null || var.ach_base_url != null
    error_message = "ach_api_key needs ach_base_url: there is no processor that everybody uses."
  }
}

variable "request_budget_seconds" {
  description = "How long a request may wait for the provider's outcome before it is answered with 202, in seconds."
  type        = number
  default     = 8

  validation {
    condition     = var.request_budget_seconds >= 1 && var.request_budget_seconds <= 20
    error_message = "request_budget_seconds must be from 1 to 20: the gateway gives up after 29 seconds."
  }
}

variable "daily_limits" {
  description = "How much one customer may be paid in a day (UTC), by currency in its own units, such as { USD = 10000 }; a currency that is absent has no limit."
  type        = map(number)
  default     = {}

  validation {
    condition     = alltrue([for currency, amount in var.daily_limits : can(regex("^[A-Z]{3}$", currency)) && amount > 0])
    error_message = "daily_limits must have ISO 4217 codes in upper case, such as USD, and amounts greater than 0."
  }
}

variable "settlement_attempts" {
  description = "How often the settlement worker looks at a payment before its message goes to the dead-letter queue."
  type        = number
  default     = 15

  validation {
    condition     = var.settlement_attempts >= 1 && var.settlement_attempts <= 1000 && floor(var.settlement_attempts) == var.settlement_attempts
    error_message = "settlement_attempts must be a whole number from 1 to 1000."
  }
}

variable "settlement_concurrency" {
  description = "How many batches the settlement worker handles at once at most."
  type        = number
  default     = 5

  validation {
    condition     = var.settlement_concurrency >= 2 && var.settlement_concurrency <= 1000 && floor(var.settlement_concurrency) == var.settlement_concurrency
    error_message = "settlement_concurrency must be a whole number from 2 to 1000, the limits of Lambda."
  }
}

variable "function_memory_megabytes" {
  description = "Memory of each function, in megabytes; CPU grows with it."
  type        = number
  default     = 512

  validation {
    condition     = var.function_memory_megabytes >= 128 && var.function_memory_megabytes <= 10240 && floor(var.function_memory_megabytes) == var.function_memory_megabytes
    error_message = "function_memory_megabytes must be a whole number from 128 to 10240."
  }
}

variable "api_rate_limit" {
  description = "Requests per second that an API key may make on average."
  type        = number
  default     = 1000

  validation {
    condition     = var.api_rate_limit > 0
    error_message = "api_rate_limit must be greater than 0."
  }
}

variable "api_burst_limit" {
  description = "Requests that an API key may make at once."
  type        = number
  default     = 2000

  validation {
    condition     = var.api_burst_limit > 0 && floor(var.api_burst_limit) == var.api_burst_limit
    error_message = "api_burst_limit must be a whole number greater than 0."
  }
}

variable "api_daily_quota" {
  description = "Requests that an API key may make in a day (UTC); null for as many as it likes."
  type        = number
  default     = null

  validation {
    condition     = var.api_daily_quota == null ? true : var.api_daily_quota >= 1 && floor(var.api_daily_quota) == var.api_daily_quota
    error_message = "api_daily_quota must be a whole number greater than 0, or null."
  }
}

variable "log_retention_days" {
  description = "How long logs are kept, in days."
  type        = number
  default     = 30

  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      var.log_retention_days,
    )
    error_message = "log_retention_days must be a period that CloudWatch Logs offers, such as 30 or 365."
  }
}

variable "log_level" {
  description = "Lowest level of log messages that the functions write."
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR"], var.log_level)
    error_message = "log_level must be DEBUG, INFO, WARNING or ERROR."
  }
}

variable "deletion_protection" {
  description = "Whether tables and the user pool refuse to be deleted."
  type        = bool
  default     = true
}

variable "secret_recovery_days" {
  description = "How long a deleted secret can be recovered, in days; 0 deletes at once."
  type        = number
  default     = 7

  validation {
    condition     = contains(concat([0], range(7, 31)), var.secret_recovery_days)
    error_message = "secret_recovery_days must be 0 or a whole number from 7 to 30."
  }
}

variable "manage_account_logging" {
  description = "Whether this module sets the account's API Gateway logging role: one per account and region. Turn it off where somebody else does."
  type        = bool
  default     = true
}

variable "alarm_topic_arns" {
  description = "SNS topics that are told of alarms."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.alarm_topic_arns : can(regex("^arn:[^:]+:sns:", arn))])
    error_message = "alarm_topic_arns must be ARNs of SNS topics."
  }
}
