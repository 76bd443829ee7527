from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from localtender.provider.call import Call
from localtender.provider.calls import Calls
from localtender.provider.configuration import configuration_of_environment
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.lifecycle import Lifecycle
from localtender.provider.sessions import Caller, Session
from localtender.provider.utility.tls.certificates import TlsSelfSignedCert
from localtender.provider.utility.tls.keys import (
    algorithm_of,
    make_key,
    private_spellings,
    public_spellings,
    read_key,
    read_ssh_key,
)
from localtender.provider.values import UNKNOWN, Values

KEY = private_spellings(make_key("ECDSA", 0, "P256"))["private_key_pem"]


@pytest.fixture
def call() -> Call:
    configuration = configuration_of_environment({}, "http://127.0.0.1:1")
    return Calls().begin(Session(Caller(Path("/project")), configuration), "", {})


def certificate(**values: Any) -> Values:
    resource = TlsSelfSignedCert()
    given = {"private_key_pem": KEY, "validity_period_hours": 10, "allowed_uses": []}
    return resource.schema.complete({**given, **values})


@pytest.mark.parametrize(("algorithm", "curve"), [("ECDSA", "P384"), ("ED25519", ""), ("RSA", "")])
def test_a_key_comes_back_from_each_of_its_forms(algorithm: str, curve: str) -> None:
    key = make_key(algorithm, 2048, curve)
    forms, public = private_spellings(key), public_spellings(key)
    for form in ("private_key_pem", "private_key_pem_pkcs8"):
        assert public_spellings(read_key(form, forms[form])) == public
    again = read_ssh_key("private_key_openssh", forms["private_key_openssh"])
    assert algorithm_of(again) == algorithm
    assert public_spellings(again) == public
    assert public["public_key_fingerprint_sha256"].startswith("SHA256:")
    assert len(public["public_key_fingerprint_md5"]) == 47


def test_a_curve_that_openssh_does_not_know_has_no_openssh_form() -> None:
    key = make_key("ECDSA", 0, "P224")
    assert private_spellings(key)["private_key_openssh"] == ""
    assert public_spellings(key)["public_key_openssh"] == ""
    assert public_spellings(key)["public_key_pem"].startswith("-----BEGIN PUBLIC KEY")


@pytest.mark.parametrize(
    ("values", "argument"),
    [
        ({"private_key_pem": "no key"}, "private_key_pem"),
        ({"subject": [{"country": "Germany"}]}, "subject"),
        ({"ip_addresses": ["300.1.1.1"]}, "ip_addresses"),
    ],
)
def test_what_makes_no_certificate_is_refused(call: Call, values: Values, argument: str) -> None:
    with pytest.raises(InvalidArgumentError) as refused:
        TlsSelfSignedCert().create(call, certificate(**values))
    assert refused.value.argument == argument


def test_a_certificate_carries_what_it_may_be_used_for(call: Call) -> None:
    made = TlsSelfSignedCert().create(
        call,
        certificate(
            allowed_uses=["digital_signature", "client_auth", "decipher_only"],
            is_ca_certificate=True,
            max_path_length=0,
            set_authority_key_id=True,
        ),
    )
    extensions = x509.load_pem_x509_certificate(made["cert_pem"].encode()).extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert not usage.key_agreement
    assert extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0
    assert extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    assert [
        use.dotted_string for use in extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    ] == ["1.3.6.1.5.5.7.3.2"]


@pytest.mark.parametrize(("early", "replaced"), [(9, False), (10, True)])
def test_a_certificate_is_replaced_when_its_early_renewal_has_come(
    call: Call, early: int, replaced: bool
) -> None:
    lifecycle = Lifecycle(TlsSelfSignedCert(), TlsSelfSignedCert.schema)
    config = certificate(early_renewal_hours=0)
    state = lifecycle.create(call, lifecycle.plan(call, config, None).state)
    planned = lifecycle.plan(call, {**config, "early_renewal_hours": early}, state)
    assert (("ready_for_renewal",) in planned.replaces) is replaced
    assert (planned.state["ready_for_renewal"] is UNKNOWN) is replaced
