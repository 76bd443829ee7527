"""The lives of hashicorp/tls's types."""

from __future__ import annotations

import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from tests.integration.terraform.life import NOT_IMPORTABLE, Aws, Life, Lives
from tests.terraform_folder import TerraformFolder

CONFIGURATION = """
resource "tls_private_key" "authority" {
  algorithm   = "ECDSA"
  ecdsa_curve = "P256"
}

resource "tls_private_key" "server" {
  algorithm = "ED25519"
}

resource "tls_private_key" "ssh" {
  algorithm = "RSA"
  rsa_bits  = 2048
}

resource "tls_self_signed_cert" "authority" {
  private_key_pem       = tls_private_key.authority.private_key_pem
  is_ca_certificate     = true
  set_subject_key_id    = true
  validity_period_hours = 48
  early_renewal_hours   = 2
  allowed_uses          = ["cert_signing", "crl_signing"]

  subject {
    common_name  = "Payments CA"
    organization = "Payments"
    country      = "DE"
  }
}

resource "tls_cert_request" "server" {
  private_key_pem = tls_private_key.server.private_key_pem
  dns_names       = ["payments.internal", "localhost"]
  ip_addresses    = ["127.0.0.1"]

  subject {
    common_name = "payments.internal"
  }
}

resource "tls_locally_signed_cert" "server" {
  cert_request_pem      = tls_cert_request.server.cert_request_pem
  ca_private_key_pem    = tls_private_key.authority.private_key_pem
  ca_cert_pem           = tls_self_signed_cert.authority.cert_pem
  validity_period_hours = 12
  allowed_uses          = ["digital_signature", "server_auth"]
}

data "tls_public_key" "ssh" {
  private_key_openssh = tls_private_key.ssh.private_key_openssh
}
"""


def the_chain_holds(terraform: TerraformFolder, _aws: Aws) -> None:
    authority, server = (
        x509.load_pem_x509_certificate(terraform.values(address)["cert_pem"].encode())
        for address in ("tls_self_signed_cert.authority", "tls_locally_signed_cert.server")
    )
    authority.verify_directly_issued_by(authority)
    server.verify_directly_issued_by(authority)
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["payments.internal", "localhost"]
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address("127.0.0.1")]
    assert server.subject.rfc4514_string() == "CN=payments.internal"
    constraints = authority.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert constraints.value.ca
    key = load_pem_private_key(
        terraform.values("tls_private_key.server")["private_key_pem"].encode(), None
    )
    raw = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert key.public_key().public_bytes(*raw) == server.public_key().public_bytes(*raw)
    ssh = terraform.values("tls_private_key.ssh")
    assert terraform.values("data.tls_public_key.ssh")["id"] == ssh["id"]
    assert ssh["public_key_openssh"].startswith("ssh-rsa ")


LIVES = (
    Lives(
        "an authority of one's own",
        CONFIGURATION,
        lives=(
            Life(
                "tls_private_key.ssh",
                replace=("= 2048", "= 3072"),
                import_id=NOT_IMPORTABLE,
            ),
            Life(
                "tls_self_signed_cert.authority",
                update=("early_renewal_hours   = 2", "early_renewal_hours   = 4"),
                replace=('"Payments CA"', '"Other CA"'),
                import_id=NOT_IMPORTABLE,
            ),
            Life(
                "tls_cert_request.server",
                replace=(', "localhost"]', "]"),
                import_id=NOT_IMPORTABLE,
            ),
            Life(
                "tls_locally_signed_cert.server",
                replace=("= 12", "= 24"),
                import_id=NOT_IMPORTABLE,
            ),
        ),
        check=the_chain_holds,
    ),
)
