r"""What a request of Orders v2 and Payments v2 may hold, as JSON Schemas.

Sources: ``order_request``, ``purchase_unit_request``, ``card``, ``capture_request`` and
``refund_request`` in the published ``checkout_orders_v2`` and ``payments_payment_v2``
descriptions: what is required, the lengths, patterns and words. Fields that are not named here
are taken as they come, as PayPal does. Patterns end in ``\Z``: Python's ``$`` would let a final
line break pass.
"""

from __future__ import annotations

from sandbox_mocks.shared.json_documents import JsonObject

PAYMENT_SOURCES = (
    *("apple_pay", "bancontact", "blik", "card", "eps", "giropay", "google_pay", "ideal"),
    *("mybank", "p24", "paypal", "sofort", "token", "trustly", "venmo"),
)


def _text(maximum: int, *, minimum: int = 1, pattern: str | None = None) -> JsonObject:
    schema: JsonObject = {"type": "string", "minLength": minimum, "maxLength": maximum}
    return schema if pattern is None else {**schema, "pattern": pattern}


def _word(*words: str) -> JsonObject:
    return {"type": "string", "enum": list(words)}


def _record(required: tuple[str, ...] = (), /, **fields: JsonObject) -> JsonObject:
    return {"type": "object", "required": list(required), "properties": fields}


def _list(items: JsonObject, maximum: int, *, minimum: int = 0) -> JsonObject:
    return {"type": "array", "items": items, "minItems": minimum, "maxItems": maximum}


MONEY = _record(
    ("currency_code", "value"),
    currency_code=_text(3, minimum=3),
    value=_text(32, minimum=0, pattern=r"^(-?[0-9]+|-?([0-9]+)?[.][0-9]+)\Z"),
)
BREAKDOWN_FIELDS = (
    *("item_total", "shipping", "handling", "tax_total", "insurance"),
    *("shipping_discount", "discount"),
)
_AMOUNT = {
    **MONEY,
    "properties": {
        **MONEY["properties"],
        "breakdown": _record((), **dict.fromkeys(BREAKDOWN_FIELDS, MONEY)),
    },
}
_EMAIL = _text(254, minimum=3, pattern=r"^[^@\s]+@[^@\s]+\Z")
_ADDRESS = _record(
    ("country_code",),
    address_line_1=_text(300, minimum=0),
    address_line_2=_text(300, minimum=0),
    admin_area_1=_text(300, minimum=0),
    admin_area_2=_text(120, minimum=0),
    postal_code=_text(60, minimum=0),
    country_code=_text(2, minimum=2, pattern=r"^([A-Z]{2}|C2)\Z"),
)
_PAYEE = _record(
    email_address=_EMAIL, merchant_id=_text(13, minimum=13, pattern=r"^[2-9A-HJ-NP-Z]{13}\Z")
)
_ITEM = _record(
    ("name", "unit_amount", "quantity"),
    name=_text(127),
    unit_amount=MONEY,
    tax=MONEY,
    quantity=_text(10, minimum=0, pattern=r"^[1-9][0-9]{0,9}\Z"),
    description=_text(127, minimum=0),
    sku=_text(127, minimum=0),
    category=_word("DIGITAL_GOODS", "PHYSICAL_GOODS", "DONATION"),
)
_SHIPPING = _record(
    name=_record(full_name=_text(300, minimum=0)),
    type=_word(
        *("SHIPPING", "PICKUP", "PICKUP_IN_PERSON", "PICKUP_IN_STORE", "PICKUP_FROM_PERSON")
    ),
    options=_list(
        _record(
            ("id", "label", "selected"),
            id=_text(127, minimum=0),
            label=_text(127, minimum=0),
            selected={"type": "boolean"},
            amount=MONEY,
        ),
        10,
    ),
    address=_ADDRESS,
)
_PAYMENT_INSTRUCTION = _record(
    platform_fees=_list(_record(("amount",), amount=MONEY, payee=_PAYEE), 1),
    disbursement_mode=_word("INSTANT", "DELAYED"),
    payee_pricing_tier_id=_text(20),
    payee_receivable_fx_rate_id=_text(4000),
)
_PURCHASE_UNIT = _record(
    ("amount",),
    reference_id=_text(256),
    amount=_AMOUNT,
    payee=_PAYEE,
    payment_instruction=_PAYMENT_INSTRUCTION,
    description=_text(127),
    custom_id=_text(255),
    invoice_id=_text(127),
    soft_descriptor=_text(22),
    items=_list(_ITEM, 1000),
    shipping=_SHIPPING,
    supplementary_data={"type": "object"},
)
_NAME = _record(given_name=_text(140, minimum=0), surname=_text(140, minimum=0))
_PAYER = _record(
    email_address=_EMAIL,
    payer_id=_text(13, minimum=13, pattern=r"^[2-9A-HJ-NP-Z]{13}\Z"),
    name=_NAME,
    birth_date=_text(10, minimum=10, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"),
    address=_ADDRESS,
)
_URL = _text(4000, pattern=r"^[A-Za-z][A-Za-z0-9+.-]*:\S+\Z")
_CONTEXT_FIELDS: JsonObject = {
    "brand_name": _text(127),
    "locale": _text(
        10, minimum=2, pattern=r"^[a-z]{2}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?\Z"
    ),
    "landing_page": _word("LOGIN", "GUEST_CHECKOUT", "BILLING", "NO_PREFERENCE"),
    "shipping_preference": _word("GET_FROM_FILE", "NO_SHIPPING", "SET_PROVIDED_ADDRESS"),
    "user_action": _word("CONTINUE", "PAY_NOW"),
    "return_url": _URL,
    "cancel_url": _URL,
}
_APPLICATION_CONTEXT = _record(**_CONTEXT_FIELDS)
_CARD = _record(
    name=_text(300),
    number=_text(19, minimum=13, pattern=r"^[0-9]{13,19}\Z"),
    expiry=_text(7, minimum=7, pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])\Z"),
    security_code=_text(4, minimum=3, pattern=r"^[0-9]{3,4}\Z"),
    billing_address=_ADDRESS,
    vault_id=_text(255),
)
_WALLET = _record(
    email_address=_EMAIL,
    account_id=_text(13, minimum=13, pattern=r"^[2-9A-HJ-NP-Z]{13}\Z"),
    vault_id=_text(255),
    name=_NAME,
    experience_context=_record(
        **_CONTEXT_FIELDS,
        payment_method_preference=_word("UNRESTRICTED", "IMMEDIATE_PAYMENT_REQUIRED"),
    ),
)
_TOKEN = _record(("id", "type"), id=_text(255), type=_text(255, pattern=r"^[0-9A-Z_-]+\Z"))
_CHECKED_SOURCES = {"card": _CARD, "paypal": _WALLET, "venmo": _WALLET, "token": _TOKEN}
_PAYMENT_SOURCE: JsonObject = {
    "type": "object",
    "properties": {
        **{name: {"type": "object"} for name in PAYMENT_SOURCES},
        **_CHECKED_SOURCES,
    },
    "additionalProperties": False,
    "maxProperties": 1,
}

CREATE_ORDER = _record(
    ("intent", "purchase_units"),
    intent=_word("CAPTURE", "AUTHORIZE"),
    purchase_units=_list(_PURCHASE_UNIT, 10, minimum=1),
    payer=_PAYER,
    payment_source=_PAYMENT_SOURCE,
    application_context=_APPLICATION_CONTEXT,
    processing_instruction=_word("ORDER_COMPLETE_ON_PAYMENT_APPROVAL", "NO_INSTRUCTION"),
)
CONFIRM_ORDER = _record(
    ("payment_source",),
    payment_source={**_PAYMENT_SOURCE, "minProperties": 1},
    application_context=_APPLICATION_CONTEXT,
    processing_instruction=_word("ORDER_COMPLETE_ON_PAYMENT_APPROVAL", "NO_INSTRUCTION"),
)
# To authorize or to capture an order.
PAY_ORDER = _record(payment_source=_PAYMENT_SOURCE)
CAPTURE_AUTHORIZATION = _record(
    amount=MONEY,
    invoice_id=_text(127),
    final_capture={"type": "boolean"},
    payment_instruction=_PAYMENT_INSTRUCTION,
    note_to_payer=_text(255),
    soft_descriptor=_text(22),
)
REAUTHORIZE = _record(amount=MONEY)
REFUND = _record(
    amount=MONEY,
    custom_id=_text(127),
    invoice_id=_text(127),
    note_to_payer=_text(255),
    payment_instruction=_record(platform_fees=_list(_record(amount=MONEY), 1)),
)
# One operation of a patch; a list of them is what is sent.
PATCH_ORDER = _list(
    _record(
        ("op",),
        op=_word("add", "remove", "replace", "move", "copy", "test"),
        path=_text(4000, minimum=0),
    ),
    32_767,
    minimum=1,
)
