"""Domain of the payments product: money, customers, payments and their rules; knows no AWS."""
