"""An ACH processor: bank transfers that settle by the banking calendar and may come back."""
