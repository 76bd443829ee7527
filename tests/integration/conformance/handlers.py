"""Code of functions that the probes deploy."""

from __future__ import annotations

# Does what its event says, or the JSON body of a proxy event: `sleep`, `result`, `raise`, `exit`,
# `size`, `print`. Without an order it answers the event itself.
OBEDIENT = """
import base64, json, os, sys, time

def order_of(event):
    if not isinstance(event, dict) or "requestContext" not in event:
        return event if isinstance(event, dict) else {}
    body = event.get("body") or "{}"
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body).decode("utf-8", "replace")
    try:
        order = json.loads(body)
    except ValueError:
        return {}
    return order if isinstance(order, dict) else {}

def handler(event, context):
    order = order_of(event)
    if "print" in order:
        print(order["print"])
    if "sleep" in order:
        time.sleep(order["sleep"])
    if "raise" in order:
        raise ValueError(order["raise"])
    if "exit" in order:
        os._exit(order["exit"])
    if "size" in order:
        return {"statusCode": 200, "body": "x" * order["size"]}
    if "result" in order:
        return order["result"]
    if isinstance(event, dict) and "requestContext" in event:
        return {"statusCode": 200, "body": json.dumps(event)}
    return event
"""

# A TOKEN or REQUEST authorizer that does what the token, or the header `Token`, asks for.
AUTHORIZER = """
import json

def policy(effect, resource):
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}

def handler(event, context):
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    token = event.get("authorizationToken") or headers.get("token", "")
    arn = event["methodArn"]
    print("asked for", token)
    if token == "unauthorized":
        raise Exception("Unauthorized")
    if token == "broken":
        raise Exception("out of order")
    if token == "nonsense":
        return "yes"
    answer = {"principalId": "ada", "policyDocument": policy("Allow", arn)}
    if token == "deny":
        answer["policyDocument"] = policy("Deny", arn)
    if token == "other":
        answer["policyDocument"] = policy("Allow", arn.rsplit("/", 2)[0] + "/OPTIONS/other")
    if token == "no-principal":
        del answer["principalId"]
    if token == "context":
        answer["context"] = {"text": "a", "number": 1, "truth": True}
    if token == "object":
        answer["context"] = {"object": {"a": 1}}
    if token == "event":
        answer["context"] = {"event": json.dumps(event)}
    if token.startswith("key "):
        answer["usageIdentifierKey"] = token.removeprefix("key ")
    return answer
"""
