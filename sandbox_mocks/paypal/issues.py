"""The issues that Orders v2 and Payments v2 name in the ``details`` of an error, with their status.

Sources: the ``400``, ``403``, ``404``, ``409`` and ``422`` schemas of the published
``checkout_orders_v2`` and ``payments_payment_v2`` descriptions, and
https://developer.paypal.com/api/rest/reference/orders/v2/errors/ .
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox_mocks.paypal.answers import STANDARD_ERRORS, PayPalError
from sandbox_mocks.shared.json_documents import JsonObject

_INVALID_REQUEST = {
    "INVALID_ARRAY_MAX_ITEMS": "The number of items in an array parameter is too large.",
    "INVALID_ARRAY_MIN_ITEMS": "The number of items in an array parameter is too small.",
    "INVALID_PARAMETER_SYNTAX": "The value of a field does not conform to the expected format.",
    "INVALID_PARAMETER_VALUE": "The value of a field is invalid.",
    "INVALID_STRING_LENGTH": "The value of a field is either too short or too long.",
    "INVALID_STRING_MAX_LENGTH": "The value of a field is too long.",
    "MALFORMED_REQUEST_JSON": "The request JSON is not well formed.",
    "MISSING_REQUIRED_PARAMETER": "A required field / parameter is missing.",
    "NOT_SUPPORTED": "This field is not currently supported.",
    "PAYPAL_REQUEST_ID_REQUIRED": (
        "A PayPal-Request-Id is required if you are trying to process payment for an Order. "
        "Please specify a PayPal-Request-Id or Create the Order without a 'payment_source' "
        "specified."
    ),
}
_NOT_AUTHORIZED = {
    "CONSENT_NEEDED": "CONSENT_NEEDED",
    "NOT_ENABLED_FOR_CARD_PROCESSING": (
        "The recipient for which the API call is made on behalf of is not enabled for card "
        "processing. Please contact PayPal customer support."
    ),
    "PAYEE_ACCOUNT_NOT_VERIFIED": "Payee has not verified their account with PayPal.",
    "PERMISSION_DENIED": (
        "You do not have permission to access or perform operations on this resource."
    ),
    "PERMISSION_NOT_GRANTED": "Payee of the order has not granted permission to perform the call.",
}
_NOT_FOUND = {
    "INVALID_RESOURCE_ID": (
        "Specified resource ID does not exist. Please check the resource ID and try again."
    ),
}
_CONFLICT = {
    "PREVIOUS_REQUEST_IN_PROGRESS": (
        "A previous request on this resource is currently in progress. Please wait for sometime "
        "and try again. It is best to space out the initial and the subsequent request(s) to "
        "avoid receiving this error."
    ),
}
_UNAUTHENTICATED = {"INVALID_ACCOUNT_STATUS": "Account validations failed for the user."}
_UNPROCESSABLE = {
    "ACTION_DOES_NOT_MATCH_INTENT": (
        "Order was created with another intent. Use the call that the intent is for, or create an "
        "order with the other intent."
    ),
    "AGREEMENT_ALREADY_CANCELLED": "The requested agreement is already canceled.",
    "AMOUNT_MISMATCH": (
        "Should equal item_total + tax_total + shipping + handling + insurance - "
        "shipping_discount - discount."
    ),
    "AUTH_CAPTURE_CURRENCY_MISMATCH": (
        "Currency of capture must be the same as currency of authorization."
    ),
    "AUTH_CAPTURE_NOT_ENABLED": (
        "Authorization and Capture feature is not enabled for the merchant. Make sure that the "
        "recipient of the funds is a verified business account."
    ),
    "AUTH_CURRENCY_MISMATCH": (
        "The currency specified during reauthorization should be the same as the currency "
        "specified in the original authorization."
    ),
    "AUTHORIZATION_ALREADY_CAPTURED": "Authorization has previously been captured.",
    "AUTHORIZATION_AMOUNT_EXCEEDED": (
        "Authorization amount specified exceeded allowable limit. Specify a different amount and "
        "try the request again."
    ),
    "AUTHORIZATION_DENIED": "A denied authorization cannot be captured.",
    "AUTHORIZATION_EXPIRED": "An expired authorization cannot be captured.",
    "AUTHORIZATION_VOIDED": "A voided authorization cannot be captured or reauthorized.",
    "CANNOT_BE_NEGATIVE": (
        "Must be greater than or equal to 0. If the currency supports decimals, only two decimal "
        "place precision is supported."
    ),
    "CANNOT_BE_VOIDED": (
        "A reauthorization cannot be voided. Please void the original parent authorization."
    ),
    "CANNOT_BE_ZERO_OR_NEGATIVE": (
        "Must be greater than zero. If the currency supports decimals, only two decimal place "
        "precision is supported."
    ),
    "CAPTURE_FULLY_REFUNDED": "The capture has already been fully refunded",
    "CARD_EXPIRED": "The card is expired",
    "CARD_EXPIRY_REQUIRED": (
        "The card expiry is required when attempting to process payment with card."
    ),
    "CARD_NUMBER_REQUIRED": (
        "The card number is required when attempting to process payment with card."
    ),
    "COMPLIANCE_VIOLATION": "Transaction is declined due to compliance violation.",
    "CURRENCY_MISMATCH": "The currency does not match that of the captured payment.",
    "DECIMALS_NOT_SUPPORTED": (
        "Currency does not support decimals. Please refer to "
        "https://developer.paypal.com/docs/api/reference/currency-codes/ for more information."
    ),
    "DECIMAL_PRECISION": (
        "If the currency supports decimals, only two decimal place precision is supported."
    ),
    "DOMESTIC_TRANSACTION_REQUIRED": (
        "This transaction requires the payee and payer to be resident in the same country."
    ),
    "DUPLICATE_INVOICE_ID": (
        "Duplicate Invoice ID detected. To avoid a potential duplicate transaction your account "
        "setting requires that Invoice Id be unique for each transaction."
    ),
    "DUPLICATE_REFERENCE_ID": (
        "`reference_id` must be unique if multiple `purchase_unit` are provided."
    ),
    "DUPLICATE_REQUEST_ID": (
        "The value of PayPal-Request-Id header has already been used. Please specify a different "
        "value and try again."
    ),
    "DUPLICATE_TRANSACTION": "Duplicate invoice Id detected.",
    "INSTRUMENT_DECLINED": (
        "The instrument presented was either declined by the processor or bank, or it can't be "
        "used for this payment."
    ),
    "INVALID_CURRENCY_CODE": (
        "Currency code is invalid or is not currently supported. Please refer "
        "https://developer.paypal.com/api/rest/reference/currency-codes/ for list of supported "
        "currency codes."
    ),
    "INVALID_JSON_POINTER_FORMAT": (
        "Path should be a valid JSON Pointer that references a location within the request where "
        "the operation is performed."
    ),
    "INVALID_PARAMETER": "Cannot be specified as part of the request.",
    "INVALID_PATCH_OPERATION": (
        "The operation cannot be honored. Cannot add a property that's already present, use "
        "replace. Cannot remove a property thats not present, use add. Cannot replace a property "
        "thats not present, use add."
    ),
    "INVALID_PAYER_ID": "The payer ID is not valid.",
    "INVALID_PLATFORM_FEES_AMOUNT": "The platform_fees amount cannot be greater than order amount.",
    "INVALID_SECURITY_CODE_LENGTH": (
        "The security_code length is invalid for the specified card brand."
    ),
    "ITEM_TOTAL_MISMATCH": (
        "Should equal sum of (unit_amount * quantity) across all items for a given purchase_unit."
    ),
    "ITEM_TOTAL_REQUIRED": (
        "If item details are specified (items.unit_amount and items.quantity) corresponding "
        "amount.breakdown.item_total is required."
    ),
    "MAX_AUTHORIZATION_COUNT_EXCEEDED": (
        "The maximum number of authorization allowed for the order is reached."
    ),
    "MAX_CAPTURE_AMOUNT_EXCEEDED": (
        "Capture amount exceeds allowable limit. The default overage limit is 115%, which allows "
        "the sum of all captures to be up to 115% of the order amount."
    ),
    "MAX_CAPTURE_COUNT_EXCEEDED": (
        "Maximum number of allowable captures has been reached. No additional captures are "
        "possible for this authorization."
    ),
    "MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED": (
        "You have exceeded the maximum number of payment attempts."
    ),
    "MAX_NUMBER_OF_REFUNDS_EXCEEDED": (
        "You have exceeded the maximum number of refund attempts for this capture."
    ),
    "MAX_VALUE_EXCEEDED": "Should be less than or equal to 999999999999999.99.",
    "MISMATCHED_VAULT_ID_TO_PAYMENT_SOURCE": (
        "The vault_id does not match the payment_source provided."
    ),
    "MULTI_CURRENCY_ORDER": (
        "Multiple differing values of currency_code are not supported. Entire Order request must "
        "have the same currency_code."
    ),
    "MULTIPLE_ITEM_CATEGORIES": (
        "'items.category' as \"DONATION\" cannot be combined with items with either "
        '"PHYSICAL_GOODS" or "DIGITAL_GOODS".'
    ),
    "NOT_PATCHABLE": "Cannot be patched.",
    "ORDER_ALREADY_AUTHORIZED": (
        "Order already authorized. If 'intent=AUTHORIZE' only one authorization per order is "
        "allowed."
    ),
    "ORDER_ALREADY_CAPTURED": (
        "Order already captured. If 'intent=CAPTURE' only one capture per order is allowed."
    ),
    "ORDER_ALREADY_COMPLETED": "The order cannot be patched after it is completed.",
    "ORDER_COMPLETED_OR_VOIDED": (
        "Order is voided or completed and hence cannot be authorized or captured."
    ),
    "ORDER_COMPLETION_IN_PROGRESS": (
        "The customer has approved the payment and PayPal is still in the process of capturing "
        "the order on your behalf as instructed. Please try your request again."
    ),
    "ORDER_EXPIRED": "Order is expired and hence cannot be authorized or captured.",
    "ORDER_NOT_APPROVED": (
        "Payer has not yet approved the Order for payment. Please redirect the payer to the "
        "'rel':'approve' url returned as part of the HATEOAS links within the Create Order call "
        "or provide a valid payment_source in the request."
    ),
    "PARTIAL_REFUND_NOT_ALLOWED": "You cannot do a refund less than the original capture amount.",
    "PATCH_PATH_REQUIRED": "Please specify a 'path' for the field for which the operation is.",
    "PATCH_VALUE_REQUIRED": "Please specify a 'value' for the field that is being patched.",
    "PAYEE_ACCOUNT_INVALID": (
        "Payee account specified is invalid. Please check the `payee.email_address` or "
        "`payee.merchant_id` specified and try again."
    ),
    "PAYEE_ACCOUNT_LOCKED_OR_CLOSED": "The merchant account is locked or closed.",
    "PAYEE_ACCOUNT_RESTRICTED": "The merchant account is restricted.",
    "PAYEE_BLOCKED_TRANSACTION": (
        "The fraud settings for this seller are such that this payment cannot be executed."
    ),
    "PAYER_ACCOUNT_LOCKED_OR_CLOSED": "The payer account cannot be used for this transaction.",
    "PAYER_ACCOUNT_RESTRICTED": "Payer account is restricted.",
    "PAYER_ACTION_REQUIRED": (
        "Transaction cannot complete successfully, instruct the buyer to return to PayPal."
    ),
    "PAYER_CANNOT_PAY": (
        "Payer cannot pay for this transaction. Please contact the payer to find other ways to "
        "pay for this transaction."
    ),
    "PENDING_CAPTURE": (
        "Cannot initiate a refund as the capture is pending. Capture is typically pending when "
        "the payer has funded the transaction using e-check/bank funded."
    ),
    "PREVIOUSLY_CAPTURED": "Authorization has been previously captured and hence cannot be voided.",
    "PREVIOUSLY_VOIDED": (
        "Authorization has been previously voided and hence cannot be voided again."
    ),
    "REAUTHORIZATION_DECLINED_BY_PROCESSOR": "The reauthorization was declined by the processor.",
    "REAUTHORIZATION_NOT_SUPPORTED": (
        "A reauthorize cannot be attempted on an authorization_id that is the result of a prior "
        "reauthorization or on an authorization made on an Order saved using the "
        "`v2/orders/id/save` API."
    ),
    "REAUTHORIZATION_NOT_SUPPORTED_FOR_PAYMENT_SOURCE": (
        "Reauthorization is not supported for the payment source."
    ),
    "REAUTHORIZATION_TOO_SOON": (
        "A reauthorization is only allowed once from Day 4 to Day 29 since the date of the "
        "original authorization."
    ),
    "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING": (
        "Transaction failed. Redirect the payer to select another funding source."
    ),
    "REFERENCE_ID_NOT_FOUND": "Filter expression value is incorrect, no such reference_id.",
    "REFERENCE_ID_REQUIRED": (
        "'reference_id' is required for each 'purchase_unit' if multiple 'purchase_unit' are "
        "provided."
    ),
    "REFUND_AMOUNT_EXCEEDED": (
        "The refund amount must be less than or equal to the capture amount that has not yet been "
        "refunded."
    ),
    "REFUND_AMOUNT_TOO_LOW": (
        "The amount after applying currency conversion is zero and hence the capture cannot be "
        "refunded."
    ),
    "REFUND_CAPTURE_CURRENCY_MISMATCH": "Refund must be in the same currency as the capture",
    "REFUND_FAILED_INSUFFICIENT_FUNDS": "Capture could not be refunded due to insufficient funds.",
    "REFUND_NOT_ALLOWED": "Capture cannot be refunded.",
    "REFUND_TIME_LIMIT_EXCEEDED": "You are over the time limit to perform a refund on this capture",
    "TAX_TOTAL_MISMATCH": (
        "Should equal sum of (tax * quantity) across all items for a given purchase_unit."
    ),
    "TAX_TOTAL_REQUIRED": (
        "If item details are specified (items.tax and items.quantity) corresponding "
        "amount.breakdown.tax_total is required."
    ),
    "TRANSACTION_BLOCKED_BY_PAYEE": ("Transaction blocked by Payee's Fraud Protection settings."),
    "TRANSACTION_LIMIT_EXCEEDED": (
        "Total payment amount exceeded transaction limit for the payer's account."
    ),
    "TRANSACTION_RECEIVING_LIMIT_EXCEEDED": (
        "The transaction exceeds the receiver's receiving limit."
    ),
    "TRANSACTION_REFUSED": "The request was refused.",
    "UNSUPPORTED_INTENT": "The intent is not supported for the order.",
    "VALIDATION_ERROR": "Invalid card number",
}

ISSUES: Mapping[str, tuple[int, str]] = {
    name: (status, description)
    for status, issues in (
        (400, _INVALID_REQUEST),
        (401, _UNAUTHENTICATED),
        (403, _NOT_AUTHORIZED),
        (404, _NOT_FOUND),
        (409, _CONFLICT),
        (422, _UNPROCESSABLE),
    )
    for name, description in issues.items()
}

_ERRORS_PAGE = "https://developer.paypal.com/api/rest/reference/orders/v2/errors/"


def detail(
    issue: str,
    field: str | None = None,
    value: Any = None,
    *,
    location: str = "body",
    description: str | None = None,
) -> JsonObject:
    """Return one entry of ``details``; `field` is a JSON pointer into the request."""
    shown: JsonObject = {}
    if field is not None:
        shown["field"] = field
        if isinstance(value, str | int | float | bool):
            shown["value"] = value if isinstance(value, str) else str(value)
        shown["location"] = location
    return {**shown, "issue": issue, "description": description or ISSUES[issue][1]}


def issues_error(details: list[JsonObject]) -> PayPalError:
    """Return the error that reports these details; its status is that of the first issue."""
    status = ISSUES[details[0]["issue"]][0]
    links = [
        {"href": f"{_ERRORS_PAGE}#{issue}", "rel": "information_link", "method": "GET"}
        for issue in dict.fromkeys(each["issue"] for each in details)
    ]
    name, message = STANDARD_ERRORS[status]
    return PayPalError(status, name, message, details=details, information_link=None, links=links)


def issue_error(
    issue: str, field: str | None = None, value: Any = None, *, location: str = "body"
) -> PayPalError:
    """Return the error that reports one issue."""
    return issues_error([detail(issue, field, value, location=location)])
