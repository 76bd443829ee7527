from __future__ import annotations

from localtender.provider.resources.iam_users import smtp_password


def test_the_password_for_ses_is_made_as_its_developer_guide_says() -> None:
    """What the steps of "Obtaining Amazon SES SMTP credentials" give for the documented key."""
    password = smtp_password("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
    assert password == "BLBM/9hSUELfq8Gw+rU1YcBjkOxGbhT2XG763xVLGWL9"
