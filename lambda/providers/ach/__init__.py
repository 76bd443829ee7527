"""The ACH processor: credits to bank accounts."""
